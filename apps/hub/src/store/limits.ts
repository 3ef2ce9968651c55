import type { Limited, Limits } from '@moorage/contract/limits.ts'
import type { Kysely } from 'kysely'
import type { Database } from './tables.ts'

/** Limits as they are stored. */
export interface LimitsRow extends Limited {
  /** Of a cluster; null of a user, group or service account. */
  cluster_id: string | null
  limits: Limits
  set_at: Date
  set_by: string
}

/** All limits, those of clusters first, by name. */
export async function listLimits(db: Kysely<Database>): Promise<LimitsRow[]> {
  const ofClusters = await db
    .selectFrom('cluster_limits')
    .innerJoin('clusters', 'clusters.id', 'cluster_id')
    .select(['cluster_id', 'name', 'limits', 'set_at', 'set_by'])
    .orderBy('name')
    .execute()
  const ofSubjects = await db.selectFrom('subject_limits').selectAll().orderBy('kind').orderBy('name').execute()
  return [
    ...ofClusters.map(row => ({ kind: 'cluster' as const, ...row })),
    ...ofSubjects.map(row => ({ cluster_id: null, ...row })),
  ]
}

type Setting = { limits: Limits; set_at: Date; set_by: string }

const stored = ({ limits, ...rest }: Setting) => ({ ...rest, limits: JSON.stringify(limits) })

/** Sets those of a cluster; null takes them away. */
export async function setClusterLimits(
  db: Kysely<Database>,
  cluster_id: string,
  setting: Setting | null,
): Promise<void> {
  if (setting === null) {
    await db.deleteFrom('cluster_limits').where('cluster_id', '=', cluster_id).execute()
    return
  }
  await db
    .insertInto('cluster_limits')
    .values({ cluster_id, ...stored(setting) })
    .onConflict(conflict => conflict.column('cluster_id').doUpdateSet(stored(setting)))
    .execute()
}

/** Sets those of a user, group or service account; null takes them away. */
export async function setSubjectLimits(
  db: Kysely<Database>,
  { kind, name }: { kind: 'user' | 'group' | 'service-account'; name: string },
  setting: Setting | null,
): Promise<void> {
  if (setting === null) {
    await db.deleteFrom('subject_limits').where('kind', '=', kind).where('name', '=', name).execute()
    return
  }
  await db
    .insertInto('subject_limits')
    .values({ kind, name, ...stored(setting) })
    .onConflict(conflict => conflict.columns(['kind', 'name']).doUpdateSet(stored(setting)))
    .execute()
}
