import type { ApiClient, Json } from './api-client.ts'

/** Come and go by themselves, or are made up at each request. */
const MOVING = ['events', 'leases', 'componentstatuses']
/** Figures, which are new each time. */
const MOVING_GROUPS = ['metrics.k8s.io', 'custom.metrics.k8s.io', 'external.metrics.k8s.io']
/** Times in a status that a living node writes every few seconds. */
const MOVING_FIELDS = new Set(['lastHeartbeatTime', 'lastProbeTime', 'lastUpdateTime', 'renewTime'])

/**
 * Every object of every kind that a cluster serves, by path, but what moves by
 * itself: for comparing a cluster before and after. UIDs and creation times
 * stay in, so that an object that was deleted and made anew is another one.
 */
export async function dump(api: ApiClient): Promise<Record<string, Json>> {
  const { groups } = await api.get('/apis')
  const roots: string[] = groups
    .filter(({ name }: Json) => !MOVING_GROUPS.includes(name))
    .map(({ preferredVersion }: Json) => `/apis/${preferredVersion.groupVersion}`)
  const found: Record<string, Json> = {}
  for (const root of ['/api/v1', ...roots]) {
    const { resources } = await api.get(root).catch(() => ({ resources: [] })) // a server behind the API server that is down
    for (const { name, verbs } of resources) {
      if (!verbs.includes('list') || MOVING.includes(name)) continue
      for (const item of (await api.get(`${root}/${name}`)).items ?? []) {
        const { managedFields, resourceVersion, ...metadata } = item.metadata
        found[`${root}/${name}/${metadata.namespace ?? ''}/${metadata.name}`] = still({ ...item, metadata })
      }
    }
  }
  return found
}

const still = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(still)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (MOVING_FIELDS.has(key) ? [] : [[key, still(each)]])),
  )
}

/** What differs between two dumps, a line each; none where they are equal. */
export function dumpDifference(before: Record<string, Json>, after: Record<string, Json>): string[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  return paths.flatMap(path => {
    if (!(path in after)) return [`- ${path}`]
    if (!(path in before)) return [`+ ${path}`]
    const [old, now] = [JSON.stringify(before[path]), JSON.stringify(after[path])]
    return old === now ? [] : [`~ ${path}: ${old} became ${now}`]
  })
}
