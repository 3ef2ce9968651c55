import { del, getJson } from '@moorage/kube/client.ts'
import { readResources } from '@moorage/kube/discovery.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import { objectPath } from '@moorage/kube/path.ts'
import { apiVersionOf, type KubeObject } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { type LedgerEntry, markRemoved, owedObjects } from '../store/ledger.ts'
import type { ClusterDeps } from './deps.ts'
import { REMOVE_DEADLINE_MS } from './limits.ts'

const groupVersion = (apiVersion: string) => {
  const [first = '', second] = apiVersion.split('/')
  return second === undefined ? { group: '', version: first } : { group: first, version: second }
}

const isStatus = (error: unknown, status: number) => error instanceof KubeStatusError && error.status === status

/** Where the object is, or null where the member no longer serves its kind, so that it can not exist. */
async function pathOf(transport: KubeTransport, entry: LedgerEntry, signal: AbortSignal): Promise<string | null> {
  const api = groupVersion(entry.apiVersion)
  const resources = await readResources(transport, apiVersionOf(api), signal).catch(error => {
    if (isStatus(error, 404)) return []
    throw error
  })
  const found = resources.find(({ kind }) => kind === entry.kind)
  if (!found) return null
  const resource = { ...api, resource: found.name, kind: found.kind, namespaced: found.namespaced }
  return objectPath(resource, { name: entry.name, ...(entry.namespace === null ? {} : { namespace: entry.namespace }) })
}

/** The UID of an object that nobody has seen yet, if it is this hub's by its labels; null where there is none. */
async function ownUid(
  transport: KubeTransport,
  path: string,
  instance: string,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const { metadata } = await getJson<KubeObject>(transport, path, signal)
    return metadata.labels?.['moorage.dev/instance'] === instance ? (metadata.uid ?? null) : null
  } catch (error) {
    if (isStatus(error, 404)) return null
    throw error
  }
}

/** Deletes the object if it is still the one that the hub made. One of the same name that somebody else made stays. */
async function removeOne(transport: KubeTransport, path: string, uid: string, signal: AbortSignal): Promise<void> {
  try {
    await del(transport, path, { preconditions: { uid } }, signal)
  } catch (error) {
    if (!isStatus(error, 409)) throw error
  }
}

/**
 * Takes the hub's objects out of a member, newest first, and notes each one
 * that is gone, so that after a crash the rest is still known. Rejects at the
 * first that can not be removed.
 */
export async function removeObjects(
  { store, connections, instance, now }: Pick<ClusterDeps, 'store' | 'connections' | 'instance' | 'now'>,
  clusterId: string,
  signal: AbortSignal,
): Promise<void> {
  const paths = new Set<string>()
  await using transport = await connections.removal(clusterId, paths)
  for (const entry of await owedObjects(store.db, clusterId)) {
    const within = AbortSignal.any([signal, AbortSignal.timeout(REMOVE_DEADLINE_MS)])
    const path = await pathOf(transport, entry, within)
    if (path !== null) {
      paths.add(path)
      const uid = entry.uid === '' ? await ownUid(transport, path, instance, within) : entry.uid
      if (uid !== null) await removeOne(transport, path, uid, within)
    }
    await markRemoved(store.db, entry.id, now())
  }
}
