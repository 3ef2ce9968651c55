import { getJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import type { Resource } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { instanceOf, readHelmRecord } from './helm-release.ts'
import { inTurn } from './in-turn.ts'
import { AT_ONCE } from './kinds.ts'
import { INSTANCE } from './labels.ts'
import { listMetadata } from './list-metadata.ts'
import { pathOf } from './look.ts'
import type { Found } from './object-ref.ts'
import { OWN_KINDS } from './own-objects.ts'

/** A Helm release that is all ours. */
export interface Release {
  name: string
  namespace: string
  /**
   * - installed: Moorage installed it and labelled its record. Its objects are those of a chart of others, and only Helm knows them;
   * - ours: a chart of Moorage's, whose objects all carry our labels. It can be removed without Helm too.
   */
  kind: 'installed' | 'ours'
  /** Helm's Secrets, one for each revision. */
  records: Found[]
}

/** Runs helm with these arguments in the cluster that this is about. */
export type Helm = (args: string[], signal: AbortSignal) => Promise<{ code: number; stderr: string }>

/** Where Helm writes into what it installed by which release. */
const RELEASE_NAME = 'meta.helm.sh/release-name'
const RELEASE_NAMESPACE = 'meta.helm.sh/release-namespace'
const NAME = /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/
const secrets: Resource = OWN_KINDS.Secret
/** Helm was cut off, or failed: of what such a release names nothing needs to be there. */
const UNFINISHED = 'owner=helm,status in (pending-install,pending-upgrade,pending-rollback,uninstalling,failed)'

/** Which releases are of an instance: by the label on their records, or as all that they installed is ours. */
export async function findReleases(
  transport: KubeTransport,
  instance: string,
  ours: readonly Found[],
  signal: AbortSignal,
): Promise<Release[]> {
  const labelled = await listRecords(transport, { labelSelector: `owner=helm,${INSTANCE}=${instance}` }, signal)
  const releases = new Map<string, Release>()
  for (const record of labelled) {
    const place = { name: record.labels.name ?? '', namespace: record.namespace ?? '' }
    const key = `${place.namespace}/${place.name}`
    const known = releases.get(key)
    if (known) known.records.push(record)
    else if (place.name !== '') releases.set(key, { ...place, kind: 'installed', records: [record] })
  }
  const named = new Map<string, { name: string; namespace: string }>()
  for (const { annotations, namespace } of ours) {
    const name = annotations[RELEASE_NAME]
    const place = annotations[RELEASE_NAMESPACE] ?? namespace
    // Written by anybody: only what can be a name is passed on.
    if (!name || !place || !NAME.test(name) || !NAME.test(place)) continue
    if (!releases.has(`${place}/${name}`)) named.set(`${place}/${name}`, { name, namespace: place })
  }
  for (const { labels, namespace } of await listRecords(transport, { labelSelector: UNFINISHED }, signal)) {
    const { name } = labels
    if (!name || namespace === null || releases.has(`${namespace}/${name}`)) continue
    named.set(`${namespace}/${name}`, { name, namespace })
  }
  const chart = await inTurn([...named.values()], AT_ONCE, place => readRelease(transport, instance, place, signal))
  return [...releases.values(), ...chart.filter(release => release !== null)]
}

async function readRelease(
  transport: KubeTransport,
  instance: string,
  { name, namespace }: { name: string; namespace: string },
  signal: AbortSignal,
): Promise<Release | null> {
  const labelSelector = `owner=helm,name=${name}`
  const records = await listRecords(transport, { namespace, labelSelector }, signal)
  const newest = records.toSorted((a, b) => Number(b.labels.version) - Number(a.labels.version))[0]
  const whose = newest === undefined ? null : await whoseRecord(transport, newest, signal)
  return whose === instance ? { name, namespace, kind: 'ours', records } : null
}

/** The hub whose chart a record is of, by all that it installed. */
async function whoseRecord(transport: KubeTransport, secret: Found, signal: AbortSignal): Promise<string | null> {
  const field = await recordOf(transport, secret, signal)
  const record = field === null ? null : readHelmRecord(field)
  return record === null ? null : instanceOf(record)
}

/** Helm's records that are of a hub, with its id: labelled ones, and unfinished ones of which nothing else needs to be there. */
export async function findRecords(
  transport: KubeTransport,
  signal: AbortSignal,
): Promise<{ id: string; record: Found }[]> {
  const labelled = await listRecords(transport, { labelSelector: `owner=helm,${INSTANCE}` }, signal)
  const known = new Set(labelled.map(({ uid }) => uid))
  const unfinished = await listRecords(transport, { labelSelector: UNFINISHED }, signal)
  const others = await inTurn(
    unfinished.filter(({ uid }) => !known.has(uid)),
    AT_ONCE,
    async record => ({ id: await whoseRecord(transport, record, signal), record }),
  )
  return [
    ...labelled.map(record => ({ id: record.labels[INSTANCE] ?? '', record })),
    ...others.flatMap(({ id, record }) => (id === null ? [] : [{ id, record }])),
  ]
}

/** None where Secrets may not be listed: the scan of all kinds says that. */
async function listRecords(
  transport: KubeTransport,
  options: { namespace?: string; labelSelector: string },
  signal: AbortSignal,
): Promise<Found[]> {
  try {
    return await listMetadata(transport, secrets, options, signal)
  } catch (error) {
    if (error instanceof KubeStatusError && error.status === 403) return []
    throw error
  }
}

async function recordOf(transport: KubeTransport, secret: Found, signal: AbortSignal): Promise<string | null> {
  try {
    const { data } = await getJson<{ data?: { release?: string } }>(transport, pathOf(secrets, secret), signal)
    return data?.release ?? null
  } catch (error) {
    if (error instanceof KubeStatusError && error.status === 404) return null
    throw error
  }
}

/** What Helm may take; it waits for everything to be gone. */
const UNINSTALL_WITHIN = '2m'

/** Uninstalls a release. Null, or why not. */
export async function uninstall(helm: Helm, { name, namespace }: Release, signal: AbortSignal): Promise<string | null> {
  const args = ['uninstall', name, '--namespace', namespace, '--wait', '--timeout', UNINSTALL_WITHIN]
  const { code, stderr } = await helm(args, signal)
  return code === 0 ? null : stderr.trim() || `helm ended with ${code}`
}
