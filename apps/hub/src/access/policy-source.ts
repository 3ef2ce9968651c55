import type { Change } from '@moorage/contract/hub.ts'
import { accessVersion } from '../store/access-version.ts'
import { readPolicy, type StoredPolicy } from '../store/policy.ts'
import type { Store } from '../store/store.ts'
import { compilePolicy, type Policy } from './policy.ts'

/** How often the number of the newest change is looked at, in ms, in case that the message of a change was lost. */
export const POLICY_LOOK_MS = 500

/** The policy of now, kept in memory on every replica. */
export interface PolicySource extends AsyncDisposable {
  /** The newest that is known: at most a second old while the store answers. */
  current(): Policy
  /** Reads it anew; for whoever has just changed it. */
  reload(): Promise<void>
  /** Calls back whenever there is another policy, until it is disposed of. */
  changed(callback: () => void): Disposable
}

/** The policy of what is stored. */
export function compileStored({ version, roles, bindings, memberships, limits }: StoredPolicy): Policy {
  const facts = bindings.map(({ expires_at, ...binding }) => ({ ...binding, expiresAt: expires_at }))
  return compilePolicy(facts, roles, { version, memberships, limits })
}

export interface PolicySourceDeps {
  store: Pick<Store, 'db'>
  changes: { subscribe(signal: AbortSignal): AsyncIterable<Change> }
  warn: (message: string, error: unknown) => void
  everyMs?: number
}

/**
 * Loads the policy and keeps it up to date. While the store does not answer,
 * nobody can change rights either, so decisions go on with what is known.
 */
export async function openPolicy({
  store,
  changes,
  warn,
  everyMs = POLICY_LOOK_MS,
}: PolicySourceDeps): Promise<PolicySource> {
  const callbacks = new Set<() => void>()
  const stopped = new AbortController()
  const load = async () => compileStored(await readPolicy(store.db))
  let policy = await load()
  const use = (next: Policy) => {
    if (next.version === policy.version) return
    policy = next
    for (const callback of callbacks) callback()
  }
  let last = Promise.resolve()
  /** One read after the other, so that an older one never replaces a newer. */
  const reload = (): Promise<void> => {
    const mine = last.then(async () => use(await load()))
    last = mine.catch(() => {})
    return mine
  }
  const look = async () => {
    try {
      if ((await accessVersion(store.db)) !== policy.version) await reload()
    } catch (error) {
      if (!stopped.signal.aborted) warn('The rights could not be read; those that are known still hold.', error)
    }
  }
  let looking: Promise<void> | null = null
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = null
    })
  }, everyMs)
  timer.unref()
  const hearing = (async () => {
    for await (const change of changes.subscribe(stopped.signal)) {
      if (change.type === 'access' || change.cluster === '') await look()
    }
  })()

  return {
    current: () => policy,
    reload,
    changed(callback) {
      callbacks.add(callback)
      return { [Symbol.dispose]: () => void callbacks.delete(callback) }
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      stopped.abort()
      await hearing
      await looking
      callbacks.clear()
    },
  }
}
