import { credentialsOfOtherKeys, resealCredential } from '../store/credentials.ts'
import type { Store } from '../store/store.ts'
import type { Sealer } from './sealing.ts'

/**
 * Seals every credential that an older key sealed with the current one. Those whose key is not there stay as they
 * are; their clusters' ids are returned.
 */
export async function resealAll(db: Store['db'], sealer: Sealer): Promise<{ resealed: number; withoutKey: string[] }> {
  let resealed = 0
  const withoutKey: string[] = []
  for (const { cluster_id, sealed } of await credentialsOfOtherKeys(db, sealer.keyId)) {
    let after: { sealed: string; keyId: string } | null
    try {
      after = sealer.reseal(sealed, cluster_id)
    } catch {
      // Said once for all of them by the caller; the cluster itself says so when it is connected to.
      withoutKey.push(cluster_id)
      continue
    }
    if (!after) continue
    await resealCredential(db, cluster_id, sealed, after)
    resealed += 1
  }
  return { resealed, withoutKey }
}
