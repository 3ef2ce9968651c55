import type { Change } from '@moorage/contract/hub.ts'
import { slots } from '@moorage/projector/slots.ts'
import type { Connections } from '../connections/registry.ts'
import { remoteSource } from '../inventory/remote.ts'
import { startInventory } from '../inventory/run.ts'
import { projectorSource } from '../inventory/source.ts'
import { sumUps } from '../inventory/sum-up.ts'
import { listClusterKeys } from '../store/clusters.ts'
import { dropOldJoinTokens } from '../store/join-tokens.ts'
import { dropExpiredTombstones } from '../store/tombstones.ts'
import type { Lease, Leases } from '../work/leases.ts'
import { Alarm } from './alarm.ts'
import { watchAwake } from './awake.ts'
import { keepLastSeen } from './last-seen.ts'
import { FLEET_EVERY_MS, JOIN_TOKENS_KEPT_MS, READINGS_AT_ONCE, TAKEN_AT_ONCE, TOMBSTONES_EVERY_MS } from './limits.ts'
import { type Reconciler, type ReconcilerDeps, startReconciler } from './reconciler.ts'

export interface FleetDeps
  extends Omit<ReconcilerDeps, 'startInventory' | 'sumUp' | 'listenedSince' | 'seen' | 'readings'> {
  connections: Pick<Connections, 'transport' | 'drop' | 'pull'>
  /** Events of each cluster that are kept. */
  eventsKept?: number
  /** 0 ≤ x < 1. */
  random?: () => number
  changes: { publish(change: Change): void; subscribe(signal: AbortSignal): AsyncIterable<Change> }
  leases: Pick<Leases, 'acquireAll'>
}

/** Looks after every cluster that no other replica looks after. */
export interface Fleet extends AsyncDisposable {
  /** Looks at this cluster now, if it is looked after here; null means at all of them. */
  wake(clusterId: string | null): void
}

interface Kept {
  reconciler: Reconciler
  lease: Lease
}

/** Starts to look after the clusters, and goes on with those that are connected later, here or by another replica. */
export function startFleet(deps: FleetDeps): Fleet {
  const { store, changes, connections, leases, log, now } = deps
  const awake = watchAwake(now, () => performance.now())
  const lastSeen = keepLastSeen({ store, warn: (message, err) => log.warn({ err }, message) })
  const each: ReconcilerDeps = {
    ...deps,
    listenedSince: () => awake.since(),
    seen: lastSeen.note,
    // Where there is an agent, it reads beside the API server, and what it finds is pulled from it.
    startInventory: (cluster, transport) =>
      startInventory(
        deps,
        cluster,
        transport,
        transport.kind !== 'agent'
          ? projectorSource(transport)
          : remoteSource({
              pull: (resume, signal) => connections.pull(cluster.id, resume, signal),
              random: deps.random ?? Math.random,
              debug: (message, err) => log.debug({ cluster: cluster.id, err }, message),
              clock: () => performance.now(),
            }),
      ),
    sumUp: sumUps(deps),
    readings: slots(READINGS_AT_ONCE),
  }
  const stop = new AbortController()
  const alarm = new Alarm()
  const kept = new Map<string, Kept>()
  let tombstonesAt = 0
  let troubled = false

  async function letGo(id: string): Promise<void> {
    const one = kept.get(id)
    kept.delete(id)
    await one?.reconciler[Symbol.asyncDispose]()
    await one?.lease[Symbol.asyncDispose]()
  }

  async function take(ids: readonly string[]): Promise<void> {
    const byKey = new Map(ids.map(id => [`cluster/${id}`, id]))
    for (const lease of await leases.acquireAll([...byKey.keys()])) {
      const id = byKey.get(lease.key) as string
      kept.set(id, { lease, reconciler: startReconciler(each, id) })
      lease.lost.addEventListener('abort', () => {
        letGo(id).catch(error => log.warn({ cluster: id, err: error }, 'a cluster could not be let go'))
      })
    }
  }

  /** Brings what is looked after in line with what is there. Level-triggered: never mind what was heard. */
  async function settle(): Promise<void> {
    const clusters = new Map((await listClusterKeys(store.db)).map(cluster => [cluster.id, cluster]))
    await Promise.all([...kept.keys()].filter(id => !clusters.has(id)).map(letGo))
    for (const { id, generation } of clusters.values()) {
      const one = kept.get(id)
      if (one && one.reconciler.generation !== generation) one.reconciler.wake()
    }
    const others = [...clusters.keys()].filter(id => !kept.has(id))
    for (let start = 0; start < others.length && !stop.signal.aborted; start += TAKEN_AT_ONCE) {
      await take(others.slice(start, start + TAKEN_AT_ONCE))
    }
    if (Math.abs(now().getTime() - tombstonesAt) >= TOMBSTONES_EVERY_MS) {
      tombstonesAt = now().getTime()
      await dropExpiredTombstones(store.db, now())
      await dropOldJoinTokens(store.db, new Date(now().getTime() - JOIN_TOKENS_KEPT_MS))
    }
  }

  async function live(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await settle()
        troubled = false
      } catch (error) {
        if (!troubled) log.warn({ err: error }, 'the fleet could not be looked through')
        troubled = true
      }
      await alarm.wait(FLEET_EVERY_MS, stop.signal)
    }
    await Promise.all([...kept.keys()].map(letGo))
  }

  async function hear(): Promise<void> {
    for await (const { type, cluster } of changes.subscribe(stop.signal)) {
      if (type === 'inventory') kept.get(cluster)?.reconciler.inventoryChanged()
      if (type !== 'cluster' && type !== 'gone') continue
      // Another replica may have replaced the credential that a transport here was made from.
      await connections.drop(cluster).catch(error => log.warn({ cluster, err: error }, 'a transport was not dropped'))
      alarm.ring()
    }
  }

  const living = live()
  const hearing = hear()
  return {
    wake: id => {
      if (id !== null) kept.get(id)?.reconciler.wake()
      else for (const { reconciler } of kept.values()) reconciler.wake()
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await Promise.all([living, hearing])
      await lastSeen[Symbol.asyncDispose]()
      awake[Symbol.dispose]()
    },
  }
}
