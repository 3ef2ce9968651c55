import {
  type ExpressionBuilder,
  type Insertable,
  type Kysely,
  type Selectable,
  type SqlBool,
  sql,
  type Updateable,
} from 'kysely'
import type { RecordingPoliciesTable, RecordingsTable } from './audit-tables.ts'
import type { Database } from './tables.ts'

export type RecordingRow = Selectable<RecordingsTable>
export type NewRecording = Insertable<RecordingsTable>
export type RecordingPolicy = RecordingPoliciesTable['policy']

export async function insertRecording(db: Kysely<Database>, recording: NewRecording): Promise<void> {
  await db.insertInto('recordings').values(recording).execute()
}

/** Adds a chunk, and says what is known of the recording by then: in one statement, as each session ends with it. */
export async function addChunk(
  db: Kysely<Database>,
  chunk: { recording_id: string; n: number; sealed: string },
  change: Updateable<RecordingsTable>,
): Promise<void> {
  await db
    .with('added', query => query.insertInto('recording_chunks').values(chunk))
    .updateTable('recordings')
    .set(change)
    .where('id', '=', chunk.recording_id)
    .execute()
}

export async function changeRecording(
  db: Kysely<Database>,
  id: string,
  change: Updateable<RecordingsTable>,
): Promise<void> {
  await db.updateTable('recordings').set(change).where('id', '=', id).execute()
}

export const findRecording = (db: Kysely<Database>, id: string): Promise<RecordingRow | undefined> =>
  db.selectFrom('recordings').selectAll().where('id', '=', id).executeTakeFirst()

export const findChunk = (db: Kysely<Database>, id: string, n: number) =>
  db
    .selectFrom('recording_chunks')
    .select('sealed')
    .where('recording_id', '=', id)
    .where('n', '=', n)
    .executeTakeFirst()

export interface RecordingFilter {
  /** Id or name. */
  actor?: string | undefined
  /** Id or name of its cluster, which may be gone. */
  cluster?: string | undefined
  namespace?: string | undefined
  pod?: string | undefined
  since?: Date | undefined
  until?: Date | undefined
}

const matching =
  ({ actor, cluster, namespace, pod, since, until }: RecordingFilter) =>
  (where: ExpressionBuilder<Database, 'recordings'>) =>
    where.and([
      ...(actor === undefined ? [] : [where.or([where('actor_name', '=', actor), where('actor_id', '=', actor)])]),
      ...(cluster === undefined
        ? []
        : [where.or([where('cluster_id', '=', cluster), where('cluster_name', '=', cluster)])]),
      ...(namespace === undefined ? [] : [where('namespace', '=', namespace)]),
      ...(pod === undefined ? [] : [where('pod', '=', pod)]),
      ...(since === undefined ? [] : [where('started_at', '>=', since)]),
      ...(until === undefined ? [] : [where('started_at', '<', until)]),
    ])

/** Newest first, before a place. */
export function listRecordings(
  db: Kysely<Database>,
  { limit, before, ...filter }: RecordingFilter & { limit: number; before?: { at: Date; id: string } | undefined },
): Promise<RecordingRow[]> {
  let query = db.selectFrom('recordings').selectAll().where(matching(filter))
  if (before !== undefined) query = query.where(sql<SqlBool>`(started_at, id) < (${before.at}, ${before.id})`)
  return query.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
}

/** How many there are, counted up to `most`. */
export async function countRecordings(db: Kysely<Database>, filter: RecordingFilter, most: number): Promise<number> {
  const { count } = await db
    .selectFrom(one => one.selectFrom('recordings').select('id').where(matching(filter)).limit(most).as('counted'))
    .select(select => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function deleteRecording(db: Kysely<Database>, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('recordings').where('id', '=', id).executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

/** Deletes recordings that ended before `before`; gives their ids. */
export async function sweepRecordings(db: Kysely<Database>, before: Date): Promise<string[]> {
  const rows = await db
    .deleteFrom('recordings')
    .where('started_at', '<', before)
    .where('state', '<>', 'running')
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Recordings whose hub went without ending them have said nothing since `before`. */
export async function endForgotten(db: Kysely<Database>, before: Date): Promise<void> {
  await db
    .updateTable('recordings')
    .set({ state: 'cut', because: 'The hub that recorded it stopped.', ended_at: sql<Date>`last_chunk_at` })
    .where('state', '=', 'running')
    .where('last_chunk_at', '<', before)
    .execute()
}

/** What is set for a cluster; undefined where it goes by the hub's own. */
export async function recordingPolicyOf(db: Kysely<Database>, clusterId: string): Promise<RecordingPolicy | undefined> {
  const row = await db
    .selectFrom('recording_policies')
    .select('policy')
    .where('cluster_id', '=', clusterId)
    .executeTakeFirst()
  return row?.policy
}

/** Sets it; null takes it back. */
export async function setRecordingPolicy(
  db: Kysely<Database>,
  clusterId: string,
  policy: RecordingPolicy | null,
): Promise<void> {
  if (policy === null) {
    await db.deleteFrom('recording_policies').where('cluster_id', '=', clusterId).execute()
    return
  }
  await db
    .insertInto('recording_policies')
    .values({ cluster_id: clusterId, policy })
    .onConflict(conflict => conflict.column('cluster_id').doUpdateSet({ policy }))
    .execute()
}
