import type { Cluster, Phase } from '@moorage/contract/cluster.ts'
import { parseSelector, type Selector, SelectorError } from '@moorage/contract/selector.ts'
import { MoorageError } from '../errors.ts'
import { pageOfClusters } from '../store/clusters.ts'
import { connectionsOf } from '../store/tunnels.ts'
import { clusterFrom } from './cluster.ts'
import type { ClusterDeps } from './deps.ts'

export interface ClusterQuery {
  limit: number
  continue?: string | undefined
  project?: string | undefined
  phase?: Phase | undefined
  selector?: string | undefined
  /** Those that the asker may see; left out: all. */
  ids?: readonly string[] | undefined
}

const selectorOf = (text: string): Selector => {
  try {
    return parseSelector(text)
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error
    throw new MoorageError('bad_request', error.message, {
      fix: 'Write it like kubectl’s: env=prod,tier!=test,team in (a,b),!legacy.',
      fields: [{ path: 'selector', message: error.message }],
    })
  }
}

/** A page ends at a name; the next begins behind it. Opaque to clients, so that it can come to hold more. */
const cursorFrom = (name: string) => Buffer.from(name, 'utf8').toString('base64url')
const nameFrom = (cursor: string): string => {
  const name = Buffer.from(cursor, 'base64url').toString('utf8')
  if (/^[a-z0-9-]{1,63}$/.test(name)) return name
  const message = 'is not the "next" of another page'
  throw new MoorageError('bad_request', `The parameter continue ${message}.`, {
    fields: [{ path: 'continue', message }],
  })
}

/** One page of clusters by name. No cluster is dialled. */
export async function listClusters(
  { store }: Pick<ClusterDeps, 'store'>,
  query: ClusterQuery,
): Promise<{ items: Cluster[]; next: string | null; total: number }> {
  const filter = {
    ids: query.ids,
    project: query.project,
    phase: query.phase,
    selector: query.selector === undefined ? undefined : selectorOf(query.selector),
  }
  const after = query.continue === undefined ? null : nameFrom(query.continue)
  const { rows, total } = await pageOfClusters(store.db, filter, { limit: query.limit + 1, after })
  const page = rows.slice(0, query.limit)
  const byAgent = page.filter(row => row.connection === 'agent').map(row => row.id)
  const connections = await connectionsOf(store.db, byAgent)
  const items = page.map(row => clusterFrom(row, connections.get(row.id)))
  const last = items.at(-1)
  return { items, next: rows.length > query.limit && last ? cursorFrom(last.name) : null, total }
}
