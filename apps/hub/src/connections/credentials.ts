import type { DirectTarget } from '@moorage/kube/direct-target.ts'
import { credentialsOfOtherKeys, findCredential, resealCredential } from '../store/credentials.ts'
import type { Store } from '../store/store.ts'
import { Sealed, type Sealer } from './sealing.ts'

/** What sealed credentials are opened with. This file is the only one that does. */
export interface CredentialDeps {
  store: Pick<Store, 'db'>
  sealer: Sealer
}

/** A seal opens for its cluster and for nothing else. */
const contextOf = (clusterId: string) => `cluster/${clusterId}/kubeconfig`

/** What is sealed: the chosen context alone. Other clusters' credentials in the same file are never stored. */
interface Kept extends Omit<DirectTarget, 'server' | 'proxyUrl'> {
  version: 1
  server: string
  proxyUrl?: string
}

/** Seals what a kubeconfig says about one cluster. */
export function sealTarget(sealer: Sealer, clusterId: string, target: DirectTarget) {
  const { server, proxyUrl, ...rest } = target
  const kept: Kept = { version: 1, ...rest, server: server.href, ...(proxyUrl ? { proxyUrl: proxyUrl.href } : {}) }
  return sealer.seal(JSON.stringify(kept), contextOf(clusterId))
}

/** A credential that was opened, for the short way into a transport. */
export interface OpenedCredential {
  target: DirectTarget
  mode: 'read-only' | 'full'
  /** Changes whenever the transport must be another one. */
  key: string
}

const keyOf = (found: { sealed: string; mode: string }) => `${found.mode} ${found.sealed}`

/** What a transport of this cluster was made from, if made now; null where the cluster has no credential. */
export async function credentialKey({ store }: Pick<CredentialDeps, 'store'>, clusterId: string) {
  const found = await findCredential(store.db, clusterId)
  return found ? keyOf(found) : null
}

/** Opens a cluster's credential; null where it has none. Throws a `SealingError` where its key is missing. */
export async function openCredential(
  { store, sealer }: CredentialDeps,
  clusterId: string,
): Promise<OpenedCredential | null> {
  const found = await findCredential(store.db, clusterId)
  if (!found) return null
  const plain = new Sealed(sealer.open(found.sealed, contextOf(clusterId)))
  const { version: _, server, proxyUrl, ...rest } = JSON.parse(plain.reveal()) as Kept
  const target = { ...rest, server: new URL(server), ...(proxyUrl ? { proxyUrl: new URL(proxyUrl) } : {}) }
  return { target, mode: found.mode, key: keyOf(found) }
}

/** Seals again, with the current key, what older keys have sealed. Gives the number of seals replaced. */
export async function resealCredentials({ store, sealer }: CredentialDeps): Promise<number> {
  const old = await credentialsOfOtherKeys(store.db, sealer.keyId)
  for (const { cluster_id, sealed } of old) {
    const again = sealer.reseal(sealed, contextOf(cluster_id))
    if (again) await resealCredential(store.db, cluster_id, sealed, again)
  }
  return old.length
}
