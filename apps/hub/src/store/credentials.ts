import type { CredentialInfo } from '@moorage/contract/cluster.ts'
import type { Kysely } from 'kysely'
import type { Database } from './tables.ts'

/** A sealed kubeconfig, as it is stored. */
export interface StoredCredential {
  sealed: string
  keyId: string
  info: CredentialInfo
}

/** Stores a cluster's credential in place of the one before. */
export async function putCredential(
  db: Kysely<Database>,
  clusterId: string,
  { sealed, keyId, info }: StoredCredential,
  now: Date,
): Promise<void> {
  const columns = { sealed, key_id: keyId, info: JSON.stringify(info), updated_at: now }
  await db
    .insertInto('credentials')
    .values({ cluster_id: clusterId, ...columns })
    .onConflict(conflict => conflict.column('cluster_id').doUpdateSet(columns))
    .execute()
}

/** Forgets a cluster's credential. */
export async function deleteCredential(db: Kysely<Database>, clusterId: string): Promise<void> {
  await db.deleteFrom('credentials').where('cluster_id', '=', clusterId).execute()
}

/** A cluster's credential, still sealed, and the mode that its transport must keep. */
export function findCredential(
  db: Kysely<Database>,
  clusterId: string,
): Promise<{ sealed: string; mode: 'read-only' | 'full' } | undefined> {
  return db
    .selectFrom('credentials')
    .innerJoin('clusters', 'clusters.id', 'credentials.cluster_id')
    .select(['credentials.sealed', 'clusters.mode'])
    .where('credentials.cluster_id', '=', clusterId)
    .executeTakeFirst()
}

/** Credentials that are sealed by another key than `keyId`. */
export function credentialsOfOtherKeys(
  db: Kysely<Database>,
  keyId: string,
): Promise<{ cluster_id: string; sealed: string }[]> {
  return db.selectFrom('credentials').select(['cluster_id', 'sealed']).where('key_id', '<>', keyId).execute()
}

/** Replaces a seal by a newer one, unless the credential was replaced meanwhile. */
export async function resealCredential(
  db: Kysely<Database>,
  clusterId: string,
  before: string,
  after: { sealed: string; keyId: string },
): Promise<void> {
  await db
    .updateTable('credentials')
    .set({ sealed: after.sealed, key_id: after.keyId })
    .where('cluster_id', '=', clusterId)
    .where('sealed', '=', before)
    .execute()
}
