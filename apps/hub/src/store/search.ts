import type { ParsedSearch, SearchTerm } from '@moorage/contract/search-query.ts'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type ObjectKey, type ObjectRow, objectColumns, withSync } from './inventory-pages.ts'
import type { Database } from './tables.ts'
import { type RowLimits, withinLimits } from './visible-rows.ts'

type Db = Kysely<Database>
type Condition = RawBuilder<unknown>

/** A text that contains `value`, as a pattern of LIKE. Case is dealt with by the caller. */
const containing = (value: string) => `%${value.replaceAll(/[\\%_]/g, '\\$&')}%`

/** The condition of one term, as if it were not negated. `cluster` is resolved before. */
function conditionOf(term: SearchTerm): Condition {
  switch (term.field) {
    case 'kind':
      return sql`i.kind = ${term.value}`
    case 'ns':
      return sql`i.namespace = ${term.value.toLowerCase()}`
    case 'node':
      return sql`i.node = ${term.value.toLowerCase()}`
    case 'status':
      return sql`lower(i.status) = ${term.value.toLowerCase()}`
    case 'name':
    case 'text':
      return sql`i.name like ${containing(term.value.toLowerCase())}`
    case 'image':
      return sql`i.image_text like ${containing(imageText(term.value))}`
    case 'label':
      return term.value === null
        ? sql`i.labels ? ${term.key}`
        : sql`i.labels @> ${JSON.stringify({ [term.key]: term.value })}::jsonb`
    default:
      return sql`true`
  }
}

/** An image is searched in the JSON of all images, where quotes and backslashes look different. */
const imageText = (value: string) => JSON.stringify(value.toLowerCase()).slice(1, -1)

const not = (condition: Condition) => sql`(${condition}) is not true`

/**
 * What the terms say about an object, leaving clusters aside: terms of one
 * field are alternatives, but every text and every label must hold.
 */
export function searchConditions({ terms }: ParsedSearch): Condition[] {
  const conditions: Condition[] = []
  const alternatives = new Map<string, Condition[]>()
  for (const term of terms) {
    if (term.field === 'cluster') continue
    const condition = conditionOf(term)
    if (term.negated) conditions.push(not(condition))
    else if (term.field === 'text' || term.field === 'label') conditions.push(condition)
    else alternatives.set(term.field, [...(alternatives.get(term.field) ?? []), condition])
  }
  for (const some of alternatives.values()) {
    conditions.push(some.length === 1 ? some[0]! : sql`(${sql.join(some, sql` or `)})`)
  }
  return conditions
}

/** The condition that leaves each cluster's rows within its limits; none where there are no limits. */
export function limitsOfClusters(clusters: readonly { id: string; limits?: RowLimits | undefined }[]): Condition[] {
  const alike = Map.groupBy(clusters, ({ limits }) => JSON.stringify(limits ?? null))
  const parts = [...alike.values()].map(group => {
    const within = group[0]?.limits === undefined ? null : withinLimits(sql`i.namespace`, group[0].limits)
    return { ids: group.map(({ id }) => id), within }
  })
  if (parts.every(({ within }) => within === null)) return []
  const each = parts.map(({ ids, within }) =>
    within === null ? sql`i.cluster_id = any (${ids})` : sql`(i.cluster_id = any (${ids}) and ${within})`,
  )
  return [sql`(${sql.join(each, sql` or `)})`]
}

const all = (conditions: readonly Condition[]) =>
  conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)

/** Clusters up to which naming them helps the planner more than it costs. */
const SHORT_LIST = 200

/** What is looked for, and where. */
export interface Matching {
  /** The clusters to look in, in the order of the answer. */
  clusterIds: readonly string[]
  /** Are these all clusters? Then matches need not be held against the list. */
  everywhere: boolean
  conditions: readonly Condition[]
}

/** Where the page starts: in the cluster at this position, after this object. */
export interface Start {
  position: number
  after: ObjectKey | null
}

const later = (key: ObjectKey | null) =>
  key === null ? sql`true` : sql`(i.kind, i.namespace, i.name) > (${key.kind}, ${key.namespace}, ${key.name})`

/**
 * Looks at no more than `most` matches, found by whatever index suits, and
 * answers the first `limit` of them in order. A `count` above `most` means that
 * there are more: then the rows are not the first ones, and none is answered.
 */
export async function collectMatches(
  db: Db,
  { clusterIds, everywhere, conditions }: Matching,
  start: Start,
  limit: number,
  most: number,
): Promise<{ rows: ObjectRow[]; count: number }> {
  // A short list is always sent, as the primary key starts with the cluster.
  const unasked = everywhere && clusterIds.length > SHORT_LIST
  const inClusters = unasked ? [] : [sql`i.cluster_id = any (${clusterIds})`]
  const { rows } = await sql<ObjectRow & { matches: number; ctid: unknown }>`
    with matches as materialized (
      select i.cluster_id, i.kind, i.namespace, i.name
      from inventory i where ${all([...inClusters, ...conditions])} limit ${most + 1}
    ), counted as (
      select count(*) as matches from matches
    ), page as (
      select i.*, c.at from matches i
      join jsonb_array_elements_text(${JSON.stringify(clusterIds)}::jsonb) with ordinality as c (id, at) on c.id = i.cluster_id
      where (select matches from counted) <= ${most}
        and (c.at > ${start.position + 1} or c.at = ${start.position + 1} and ${later(start.after)})
      order by c.at, i.kind, i.namespace, i.name limit ${limit}
    )
    select ${objectColumns}, matches
    from counted left join (page p
      join inventory i on (i.cluster_id, i.kind, i.namespace, i.name) = (p.cluster_id, p.kind, p.namespace, p.name)
      ${withSync}) on true
    order by p.at, i.kind, i.namespace, i.name`.execute(db)
  return { rows: rows.filter(row => row.cluster_id !== null), count: rows[0]?.matches ?? 0 }
}

/** Clusters that are asked in one statement: first one, as it mostly has enough, then ever more. */
const GROUPS = [1, 8, 64, 512]

/** The first `limit` matches in order, cluster by cluster, each in the order of its index: fast where many match. */
export async function walkMatches(
  db: Db,
  { clusterIds, conditions }: Matching,
  start: Start,
  limit: number,
): Promise<ObjectRow[]> {
  const found: ObjectRow[] = []
  let position = start.position
  for (let round = 0; position < clusterIds.length && found.length < limit; round += 1) {
    const group = clusterIds.slice(position, position + (GROUPS[round] ?? GROUPS.at(-1)!))
    const from = round === 0 ? later(start.after) : sql`true`
    const { rows } = await sql<ObjectRow>`
      select ${objectColumns}
      from jsonb_array_elements_text(${JSON.stringify(group)}::jsonb) with ordinality as c (id, at)
      cross join lateral (
        select * from inventory i
        where i.cluster_id = c.id and ${all([...conditions, from])}
        order by i.kind, i.namespace, i.name limit ${limit - found.length}
      ) i ${withSync}
      order by c.at, i.kind, i.namespace, i.name limit ${limit - found.length}`.execute(db)
    found.push(...rows)
    position += group.length
  }
  return found
}
