import type { InventoryObject } from '@moorage/contract/inventory.ts'
import { type ParsedSearch, parseSearch, SearchQueryError } from '@moorage/contract/search-query.ts'
import { MoorageError } from '../errors.ts'
import {
  collectMatches,
  limitsOfClusters,
  type Matching,
  type Start,
  searchConditions,
  walkMatches,
} from '../store/search.ts'
import type { PageQuery, QueriedCluster, QueryDeps, SearchedCluster } from './deps.ts'
import { SEARCH_COLLECT } from './limits.ts'
import { cutPage, readPageToken } from './paging.ts'
import { objectOf } from './shapes.ts'

/**
 * Searches the clusters that the asker may see (null: all), in the order of
 * cluster, kind, namespace and name. `total` is at most one more than {@link SEARCH_COLLECT}.
 */
export async function searchInventory(
  { store: { db }, now }: QueryDeps,
  query: PageQuery & { q: string },
  visible: readonly SearchedCluster[] | null = null,
): Promise<{ items: InventoryObject[]; next: string | null; total: number }> {
  const parsed = parse(query.q)
  const token = readPageToken(query.continue, 4)
  const known: readonly SearchedCluster[] =
    visible ?? (await db.selectFrom('clusters').select(['id', 'name']).execute())
  const clusters = chosen(parsed, known).sort((a, b) => (a.name < b.name ? -1 : 1))
  if (clusters.length === 0) return { items: [], next: null, total: 0 }
  const matching: Matching = {
    clusterIds: clusters.map(({ id }) => id),
    everywhere: visible === null && clusters.length === known.length,
    conditions: [...searchConditions(parsed), ...limitsOfClusters(clusters)],
  }
  const start = startOf(token, clusters)
  const collected = await collectMatches(db, matching, start, query.limit + 1, SEARCH_COLLECT)
  const rows =
    collected.count > SEARCH_COLLECT ? await walkMatches(db, matching, start, query.limit + 1) : collected.rows
  const names = new Map(clusters.map(({ id, name }) => [id, name]))
  const nameOf = (id: string) => names.get(id) ?? ''
  const { page, next } = cutPage(rows, query.limit, row => [nameOf(row.cluster_id), row.kind, row.namespace, row.name])
  return { items: page.map(row => objectOf(row, nameOf(row.cluster_id), now())), next, total: collected.count }
}

/** A search that can't be read is the asker's to mend, with the place and the choices. */
function parse(q: string): ParsedSearch {
  // PostgreSQL takes no NUL, and no name holds one.
  if (q.includes('\0')) throw new MoorageError('invalid_search', 'The search holds a NUL character.')
  try {
    // Half a surrogate pair is no text to PostgreSQL either.
    return parseSearch(q.toWellFormed())
  } catch (error) {
    if (!(error instanceof SearchQueryError)) throw error
    throw new MoorageError('invalid_search', error.message, { choices: error.choices })
  }
}

/** The clusters that the search's `cluster:` terms leave. */
function chosen({ terms }: ParsedSearch, visible: readonly SearchedCluster[]): SearchedCluster[] {
  const named = terms.filter(({ field }) => field === 'cluster') as { value: string; negated: boolean }[]
  const wanted = named.filter(({ negated }) => !negated).map(({ value }) => value.toLowerCase())
  const unwanted = named.filter(({ negated }) => negated).map(({ value }) => value.toLowerCase())
  return visible.filter(({ name }) => (wanted.length === 0 || wanted.includes(name)) && !unwanted.includes(name))
}

/** Where a token leads: also where its cluster has gone since, or another has come before it. */
function startOf(token: string[] | null, clusters: readonly QueriedCluster[]): Start {
  if (token === null) return { position: 0, after: null }
  const [cluster = '', kind = '', namespace = '', name = ''] = token
  const position = clusters.findIndex(candidate => candidate.name >= cluster)
  if (position < 0) return { position: clusters.length, after: null }
  return { position, after: clusters[position]?.name === cluster ? { kind, namespace, name } : null }
}
