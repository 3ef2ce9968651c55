/** One object, reduced to what lists and search need. */
export interface InventoryRow {
  kind: string
  apiVersion: string
  /** '' for cluster-scoped objects. */
  namespace: string
  name: string
  uid: string
  /** One word or phrase, as kubectl's STATUS column says it. '' where the kind has none. */
  status: string
  /** The node that a pod is on. */
  node: string | null
  /** Container images of pods and workloads, without duplicates. */
  images: string[]
  labels: Record<string, string>
  owner: { kind: string; name: string } | null
  /** Numbers and words that lists of this kind show. Never a Secret's, ConfigMap's or environment's value. */
  data: Record<string, unknown>
  /** RFC 3339. */
  createdAt: string
}

export interface EventRow {
  uid: string
  type: string
  reason: string
  message: string
  kind: string
  namespace: string
  name: string
  source: string
  count: number
  firstSeen: string
  lastSeen: string
}

/** How the reading of one kind stands. */
export type KindState = 'pending' | 'listing' | 'watching' | 'forbidden' | 'absent' | 'failed'

/**
 * What the projector emits, kind by kind and in order.
 *
 * A list is `list-start`, any number of `rows`, `list-end`; rows of that kind
 * that were not sent between the two no longer exist. `resourceVersion` is
 * where a watch may resume: store it in the transaction that stores the rows.
 */
export type Batch =
  | { type: 'list-start'; kind: string }
  | { type: 'rows'; kind: string; rows: InventoryRow[] }
  | { type: 'list-end'; kind: string; resourceVersion: string }
  | {
      type: 'delta'
      kind: string
      upserts: InventoryRow[]
      deletes: { namespace: string; name: string }[]
      resourceVersion: string
    }
  | { type: 'events'; upserts: EventRow[]; resourceVersion: string | null }
  | { type: 'state'; kind: string; state: KindState; message: string | null }

/** Takes one batch; resolves when it is stored. The projector waits for it, so a slow sink slows the reading. */
export type Sink = (batch: Batch) => Promise<void>

/** Where each kind's watch may resume, by kind. */
export type ResumePoints = ReadonlyMap<string, string>
