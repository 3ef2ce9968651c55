import type { Change } from '@moorage/contract/hub.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import type { Sink } from '@moorage/projector/batch.ts'
import { reportedKinds } from '@moorage/projector/project.ts'
import { settleRows } from '../store/inventory.ts'
import { beginSync, readSync } from '../store/inventory-sync.ts'
import type { Store } from '../store/store.ts'
import { ClusterGoneError, writeOf } from './cluster-gone.ts'
import { startIngest } from './ingest.ts'
import { EVENT_KIND, METRICS_KIND, SETTLE_ROWS } from './limits.ts'
import { pollMetrics } from './poll-metrics.ts'
import { type KindProgress, Progress } from './progress.ts'
import { type InventorySource, projectorSource } from './source.ts'

export interface InventoryDeps {
  store: Pick<Store, 'db'>
  changes: { publish(change: Change): void }
  now: () => Date
  /** Events of each cluster that are kept. */
  eventsKept?: number | undefined
  log: { warn(fields: object, message: string): void }
}

/** The reading of one cluster, for as long as it is not disposed of. */
export interface Inventory extends AsyncDisposable {
  /** It has stopped by itself: the cluster was forgotten, or reading failed as a whole. */
  readonly ended: boolean
  /** How far it has come. `complete`: every kind was read to its end once, or can't be. */
  status(): { complete: boolean; kinds: KindProgress[] }
}

/**
 * Starts to read a cluster: each kind goes on where this hub, or another replica, has stopped.
 * Objects come from the source, metrics by the transport.
 */
export function startInventory(
  deps: InventoryDeps,
  cluster: { id: string; name: string },
  transport: KubeTransport,
  source: InventorySource = projectorSource(transport),
): Inventory {
  const stop = new AbortController()
  const progress = new Progress()
  const running = read(deps, cluster, { transport, source }, progress, stop.signal).catch(error => {
    if (!stop.signal.aborted && !(error instanceof ClusterGoneError))
      deps.log.warn({ cluster: cluster.id, err: error }, 'the inventory has stopped')
  })
  let ended = false
  void running.then(() => {
    ended = true
  })
  return {
    get ended() {
      return ended
    },
    status: () => ({ complete: progress.complete, kinds: progress.kinds }),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}

async function read(
  { store, changes, now, eventsKept, log }: InventoryDeps,
  cluster: { id: string; name: string },
  { transport, source }: { transport: KubeTransport; source: InventorySource },
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const known = await readSync(store.db, cluster.id)
  await writeOf(store, cluster.id, trx => beginSync(trx, cluster.id, [...reportedKinds, METRICS_KIND]))
  progress.readBefore(known.filter(({ syncedAt }) => syncedAt !== null).map(({ kind }) => kind))
  const resume = new Map<string, string>()
  for (const { kind, resourceVersion } of known) if (resourceVersion !== null) resume.set(kind, resourceVersion)

  const changed = (kind: string) => changes.publish({ ...changeOf(kind), ...named(cluster), at: now().toISOString() })
  const keep = startIngest({ store, now, changed, eventsKept }, cluster.id)
  const warn = (message: string, error: unknown) => log.warn({ cluster: cluster.id, err: error }, message)
  // A disconnect, here or by another replica, is seen by the first batch after it, before anybody says so.
  const gone = new AbortController()
  const either = AbortSignal.any([signal, gone.signal])
  let unsettled = 0
  let settling = Promise.resolve()
  const sink: Sink = async batch => {
    await keep(batch).catch(error => {
      if (error instanceof ClusterGoneError) gone.abort(error)
      throw error
    })
    progress.stored(batch)
    if (batch.type === 'rows') unsettled += batch.rows.length
    if (unsettled < SETTLE_ROWS || !progress.complete) return
    // Beside the reading, and after all of it: it takes the database a while.
    unsettled = 0
    settling = settling
      .then(() => settleRows(store.db))
      .catch(error => warn('The search could not be made ready for many new objects.', error))
  }
  await Promise.all([
    source(sink, resume, either),
    pollMetrics({ store, now, warn, read: () => changed(METRICS_KIND) }, cluster.id, transport, either),
  ])
  await settling
}

const named = ({ id, name }: { id: string; name: string }) => ({ cluster: id, name })

function changeOf(kind: string): Pick<Change, 'type' | 'kinds'> {
  if (kind === EVENT_KIND) return { type: 'events', kinds: [] }
  if (kind === METRICS_KIND) return { type: 'metrics', kinds: [] }
  return { type: 'inventory', kinds: [kind] }
}
