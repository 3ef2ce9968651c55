import { type ExpressionBuilder, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { AuditRow } from './audit-hash.ts'
import type { Database } from './tables.ts'
import { type RowLimits, withinLimits } from './visible-rows.ts'

/** Which lines may be seen, where it is not all of them. */
export interface AuditSight {
  /** Ids of clusters of which all are seen. */
  whole: readonly string[]
  /** Of these only what is within the limits, by their namespaces. */
  partly: readonly { id: string; limits: RowLimits }[]
  /** Whether lines of no cluster, and of those that are neither named here nor below, are seen too. */
  others: boolean
  /** Ids of clusters of which nothing is seen, where others are. */
  hidden: readonly string[]
}

export interface AuditFilter {
  /** Left out: everything is seen. */
  sight?: AuditSight | undefined
  /** An operation such as `clusters.connect`, or an area such as `clusters`. */
  action?: string | undefined
  /** Id or name. */
  actor?: string | undefined
  /** Ids; none of these means none at all. */
  clusters?: readonly string[] | undefined
  verb?: string | undefined
  resource?: string | undefined
  namespace?: string | undefined
  name?: string | undefined
  /** From and to, both included. */
  status?: readonly [number, number] | undefined
  allowed?: boolean | undefined
  request?: string | undefined
  since?: Date | undefined
  until?: Date | undefined
}

/** Where a page ended. */
export interface AuditCursor {
  at: Date
  seq: number
}

type Where = ExpressionBuilder<Database, 'audit'>

/** As in the index `audit_terms`, to the letter: what a line is looked for by, each with a letter that says what it is. */
const TERMS = sql`array['c' || cluster_id, 'v' || verb, 'r' || resource, 'n' || namespace, 's' || status::text, 'u' || actor_name]`

/**
 * The same once more for `audit_terms`, by which lines are found that are few
 * although each of what they are looked for by is frequent. Who is looked for
 * by one thing alone is served better by its own index, where it has one.
 */
function byTerms({ clusters, verb, resource, namespace, status, name }: AuditFilter, actorName?: string) {
  const indexed = [
    ...(clusters?.length === 1 ? [`c${clusters[0]}`] : []),
    ...(resource === undefined ? [] : [`r${resource}`]),
    ...(namespace === undefined ? [] : [`n${namespace}`]),
    ...(actorName === undefined ? [] : [`u${actorName}`]),
  ]
  const [from, to] = status ?? [0, -1]
  const statuses = Array.from({ length: to - from + 1 }, (_, n) => `s${from + n}`)
  const all = [...indexed, ...(verb === undefined ? [] : [`v${verb}`]), ...(statuses.length === 1 ? statuses : [])]
  // There are few of one name.
  if (name !== undefined) return []
  return [
    ...(all.length > 1 || all.length > indexed.length ? [sql<SqlBool>`${TERMS} @> ${all}::text[]`] : []),
    ...(statuses.length > 1 ? [sql<SqlBool>`${TERMS} && ${statuses}::text[]`] : []),
  ]
}

/** An operation, or all of an area. */
function ofAction(where: Where, action: string) {
  const verb = /^kube\.(.*)$/s.exec(action)?.[1]
  // As it was noted: of what is asked of a cluster, most lines, the verb has the index.
  if (verb !== undefined) return [where('action', '=', action), where('verb', '=', verb), ...byTerms({ verb })]
  return [
    where.or([where('action', '=', action), sql<SqlBool>`starts_with(action, ${`${action}.`})`]),
    ...(action === 'kube'
      ? []
      : [
          sql<SqlBool>`action not like 'kube.%'`,
          // All that begin with it: an index has no more of areas. '/' follows '.'.
          sql<SqlBool>`action ~>=~ ${action} and action ~<~ ${`${action}/`}`,
        ]),
  ]
}

/** Lines of one of these clusters; of one alone in the words that its index is found by. */
const ofClusters = (ids: readonly string[]) =>
  ids.length === 1 ? sql<SqlBool>`cluster_id = ${ids[0]}` : sql<SqlBool>`cluster_id = any(${ids})`

function within({ whole, partly, others, hidden }: AuditSight): RawBuilder<SqlBool> {
  const parts = partly.map(({ id, limits }) => {
    const inside = withinLimits(sql`coalesce(namespace, '')`, limits)
    return inside === null ? ofClusters([id]) : sql<SqlBool>`(cluster_id = ${id} and ${inside})`
  })
  if (!others) return sql`(${sql.join([ofClusters(whole), ...parts], sql` or `)})`
  const named = [...hidden, ...partly.map(({ id }) => id)]
  return sql`(${sql.join([sql`cluster_id is null or cluster_id <> all(${named})`, ...parts], sql` or `)})`
}

const matching =
  ({ sight, action, clusters, status, allowed, request, since, until, ...same }: AuditFilter) =>
  (where: Where) =>
    where.and([
      ...(sight === undefined ? [] : [within(sight)]),
      ...(action === undefined ? [] : ofAction(where, action)),
      ...(clusters === undefined ? [] : [ofClusters(clusters)]),
      ...(['verb', 'resource', 'namespace', 'name'] as const).flatMap(column =>
        same[column] === undefined ? [] : [where(column, '=', same[column])],
      ),
      ...(status === undefined
        ? []
        : status[0] === status[1]
          ? [where('status', '=', status[0])]
          : [where.between('status', ...status)]),
      // Failures have an index of their own, which is used where the search names them.
      ...(status !== undefined && status[0] >= 400 ? [where('status', '>=', 400)] : []),
      ...(allowed === undefined ? [] : [where('allowed', '=', allowed)]),
      // Only a failure is not allowed; saying so again finds it by its index.
      ...(allowed === false ? [where('status', '>=', 400)] : []),
      ...(request === undefined ? [] : [where('request_id', '=', request)]),
      ...(since === undefined ? [] : [where('at', '>=', since)]),
      ...(until === undefined ? [] : [where('at', '<', until)]),
    ])

/** Both ways to name somebody, each found by an index of its own. */
const ofActor = ({ actor, ...filter }: AuditFilter): ((where: Where) => ReturnType<Where['and']>)[] =>
  actor === undefined
    ? [where => where.and(byTerms(filter))]
    : [
        where => where.and([where('actor_name', '=', actor), ...byTerms(filter, actor)]),
        where => where.and([where('actor_id', '=', actor), where('actor_name', '<>', actor), ...byTerms(filter)]),
      ]

type PageOfAudit = AuditFilter & { limit: number; before?: AuditCursor | undefined }

/** What is asked for a page: one statement for each way to name who is looked for. */
export const pagesOfAudit = (db: Kysely<Database>, { limit, before, ...filter }: PageOfAudit) =>
  ofActor(filter).map(who => {
    let query = db.selectFrom('audit').selectAll().where(matching(filter)).where(who)
    if (before !== undefined) {
      // The first half leaves out the partitions that are newer.
      query = query.where('at', '<=', before.at).where(sql<SqlBool>`(at, seq) < (${before.at}, ${before.seq})`)
    }
    return query.orderBy('at', 'desc').orderBy('seq', 'desc').limit(limit)
  })

/** Newest first, before `before`. */
export async function listAudit(db: Kysely<Database>, page: PageOfAudit): Promise<AuditRow[]> {
  const pages = await Promise.all(pagesOfAudit(db, page).map(query => query.execute()))
  const [only = [], ...more] = pages
  if (more.length === 0) return only
  const newestFirst = (a: AuditRow, b: AuditRow) => b.at.getTime() - a.at.getTime() || b.seq - a.seq
  return pages.flat().sort(newestFirst).slice(0, page.limit)
}

/** Number of lines, counted up to `most`. */
export async function countAudit(db: Kysely<Database>, filter: AuditFilter, most: number): Promise<number> {
  const counts = await Promise.all(
    ofActor(filter).map(who =>
      db
        .selectFrom(one =>
          one.selectFrom('audit').select('seq').where(matching(filter)).where(who).limit(most).as('counted'),
        )
        .select(select => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow(),
    ),
  )
  return Math.min(
    most,
    counts.reduce((sum, { count }) => sum + Number(count), 0),
  )
}
