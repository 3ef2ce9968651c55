import type { Event } from '@moorage/contract/inventory.ts'
import { countEvents, pageOfEvents } from '../store/events.ts'
import type { PageQuery, QueriedCluster, QueryDeps } from './deps.ts'
import { EVENTS_COUNTED } from './limits.ts'
import { badToken, cutPage, readPageToken } from './paging.ts'

/** Events of one cluster, newest first. `total` is at most one more than {@link EVENTS_COUNTED}. */
export async function listEvents(
  { store }: Pick<QueryDeps, 'store'>,
  cluster: QueriedCluster,
  query: PageQuery & {
    since?: string | undefined
    type?: 'Normal' | 'Warning' | undefined
    namespace?: string | undefined
  },
): Promise<{ items: Event[]; next: string | null; total: number }> {
  const since = query.since === undefined ? undefined : new Date(query.since)
  const filter = { since, type: query.type, namespace: query.namespace, limits: query.limits }
  const after = eventKey(query.continue)
  const [rows, total] = await Promise.all([
    pageOfEvents(store.db, cluster.id, filter, after, query.limit + 1),
    countEvents(store.db, cluster.id, filter, EVENTS_COUNTED + 1),
  ])
  const { page, next } = cutPage(rows, query.limit, row => [String(row.micros), row.uid])
  const items = page.map(row => ({
    id: row.uid,
    cluster: cluster.name,
    type: row.type,
    reason: row.reason,
    message: row.message,
    kind: row.kind,
    namespace: row.namespace === '' ? null : row.namespace,
    name: row.name,
    source: row.source,
    count: row.count,
    firstSeen: row.first_seen.toISOString(),
    lastSeen: row.last_seen.toISOString(),
  }))
  return { items, next, total }
}

/** Events are ordered to the microsecond, which a Date can not hold. */
function eventKey(token: string | undefined) {
  const parts = readPageToken(token, 2)
  if (parts === null) return null
  const [micros = '', uid = ''] = parts
  if (!/^\d{1,16}$/.test(micros)) throw badToken()
  return { micros: Number(micros), uid }
}
