import { acquireLeases, dropLeases, releaseLease, renewLeases } from '../store/leases.ts'
import type { Store } from '../store/store.ts'

/** A hub that is gone loses its leases after this time. */
const LEASE_TTL_MS = 15_000
/** Three chances to renew before a lease is lost. */
const RENEW_EVERY_MS = 5_000

/** The right to work on one thing, alone among all replicas, until `lost`. */
export interface Lease extends AsyncDisposable {
  readonly key: string
  /** Aborts when the lease could not be renewed in time: whoever works under it must stop. */
  readonly lost: AbortSignal
}

export interface Leases extends AsyncDisposable {
  /** Takes the lease, or null while another hub holds it. */
  acquire(key: string): Promise<Lease | null>
  /** Takes those that no other hub holds, and this one neither. */
  acquireAll(keys: readonly string[]): Promise<Lease[]>
}

export interface LeasesDeps {
  store: Pick<Store, 'db' | 'engine'>
  /** This process: differs between replicas and between starts. */
  holder: string
  /** Milliseconds that never go back, such as `performance.now`. */
  clock: () => number
  warn: (message: string, error: unknown) => void
  ttlMs?: number
  renewEveryMs?: number
}

interface Held {
  controller: AbortController
  /** By our own clock, and from before the statement was sent: never later than what the database thinks. */
  until: number
}

/** Renews all leases of this process with one statement per round. */
export async function startLeases(deps: LeasesDeps): Promise<Leases> {
  const { store, holder, clock, warn, ttlMs = LEASE_TTL_MS, renewEveryMs = RENEW_EVERY_MS } = deps
  const held = new Map<string, Held>()
  let renewing = Promise.resolve()

  // One process at a time has an embedded database: what is left there is of a process that was killed.
  if (store.engine === 'pglite') await dropLeases(store.db)

  const lose = (key: string) => {
    held.get(key)?.controller.abort(new Error(`The lease ${key} was lost.`))
    held.delete(key)
  }

  const renew = async () => {
    const keys = [...held.keys()]
    const until = clock() + ttlMs
    try {
      const renewed = new Set(await renewLeases(store.db, keys, holder, ttlMs))
      for (const key of keys) {
        const lease = held.get(key)
        if (!lease) continue
        if (renewed.has(key)) lease.until = until
        else lose(key)
      }
    } catch (error) {
      warn('Leases could not be renewed.', error)
    }
  }
  let busy = false
  const timer = setInterval(() => {
    for (const [key, lease] of held) if (clock() > lease.until) lose(key)
    if (busy) return
    busy = true
    renewing = renew().finally(() => {
      busy = false
    })
  }, renewEveryMs)
  timer.unref()

  const acquireAll = async (keys: readonly string[]): Promise<Lease[]> => {
    const until = clock() + ttlMs
    const taken = await acquireLeases(
      store.db,
      keys.filter(key => !held.has(key)),
      holder,
      ttlMs,
    )
    return taken.map(key => hold(key, { controller: new AbortController(), until }))
  }

  const hold = (key: string, lease: Held): Lease => {
    held.set(key, lease)
    return {
      key,
      lost: lease.controller.signal,
      [Symbol.asyncDispose]: async () => {
        if (held.get(key) !== lease) return
        held.delete(key)
        // A lease that can not be given back runs out by itself.
        await releaseLease(store.db, key, holder).catch(error => warn(`The lease ${key} was not given back.`, error))
      },
    }
  }

  return {
    acquire: async key => (await acquireAll([key]))[0] ?? null,
    acquireAll,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await renewing
      for (const key of [...held.keys()]) {
        lose(key)
        await releaseLease(store.db, key, holder).catch(error => warn(`The lease ${key} was not given back.`, error))
      }
    },
  }
}
