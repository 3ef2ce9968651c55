import type { KubeTransport } from '@moorage/kube/transport.ts'
import { reportedKinds, runProjector } from '@moorage/projector/project.ts'
import { beginSync, readSync } from '../store/inventory-sync.ts'
import type { Store } from '../store/store.ts'
import type { Changes } from '../work/changes.ts'
import { startIngest } from './ingest.ts'
import { EVENT_KIND, METRICS_KIND } from './limits.ts'
import { pollMetrics } from './poll-metrics.ts'
import { type InventorySummary, summarise } from './summary.ts'
import { type InventorySync, readInventorySync } from './sync.ts'

export interface InventoryDeps {
  store: Store
  changes: Pick<Changes, 'publish'>
  now: () => Date
  warn: (message: string, error: unknown) => void
}

/** The reading of one cluster, for as long as it is not disposed of. */
export interface Inventory extends AsyncDisposable {
  /** How far it has come. */
  status(): Promise<InventorySync>
  /** The cluster's sums; made anew only after a change of what they are made of. */
  summary(): Promise<InventorySummary>
  /** Raised by every change of nodes: what detection goes by may be different. */
  readonly nodesVersion: number
}

/** Kinds whose rows the sums are made of. */
const SUMMED = ['Node', 'Pod', METRICS_KIND]

/** Starts to read a cluster: resumes each kind where this hub, or another, has stopped. */
export async function startInventory(
  deps: InventoryDeps,
  cluster: { id: string; name: string },
  transport: KubeTransport,
): Promise<Inventory> {
  const { store, changes, now, warn } = deps
  const stop = new AbortController()
  const resume = new Map<string, string>()
  for (const { kind, resourceVersion } of await readSync(store.db, cluster.id)) {
    if (resourceVersion !== null) resume.set(kind, resourceVersion)
  }
  await beginSync(store.db, cluster.id, [...reportedKinds, METRICS_KIND])

  let nodesVersion = 0
  let summary: Promise<InventorySummary> | null = null
  const changed = (kind: string) => {
    if (kind === 'Node') nodesVersion += 1
    if (SUMMED.includes(kind)) summary = null
    const type = kind === EVENT_KIND ? 'events' : kind === METRICS_KIND ? 'metrics' : 'inventory'
    const kinds = type === 'inventory' ? [kind] : []
    changes.publish({ type, cluster: cluster.id, name: cluster.name, kinds, at: now().toISOString() })
  }
  const sink = startIngest({ store, now, changed }, cluster.id)
  const { signal } = stop
  const running = Promise.all([
    runProjector({ transport, sink, resume, signal }),
    pollMetrics({ store, now, warn, read: () => changed(METRICS_KIND) }, cluster.id, transport, signal),
  ]).catch(error => {
    if (!signal.aborted) warn(`The inventory of ${cluster.name} has stopped.`, error)
  })
  return {
    status: () => readInventorySync({ store }, cluster),
    summary: () => {
      const made = summary ?? summarise({ store, now }, cluster.id)
      summary = made
      // One that failed is not kept.
      made.catch(() => {
        if (summary === made) summary = null
      })
      return made
    },
    get nodesVersion() {
      return nodesVersion
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}
