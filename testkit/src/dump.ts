import type { ApiClient, Json } from './api-client.ts'

/** ms between two dumps where a test waits: each is a list of every kind, and the API server is others' too. */
export const DUMP_EVERY = 300

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

/**
 * The same without what goes by itself: a namespace that is being deleted, and what is in it. Kubernetes takes 5 s until
 * it empties one. Only one that was not there before, or was on its way out then, goes without a line.
 */
export function lastingDifference(before: Record<string, Json>, after: Record<string, Json>): string[] {
  const namespaces = (dumped: Record<string, Json>) =>
    Object.entries(dumped).flatMap(([path, object]) =>
      path.startsWith(NAMESPACES) ? [[path.slice(NAMESPACES.length), 'deletionTimestamp' in object.metadata]] : [],
    ) as [string, boolean][]
  const [was, is] = [new Map(namespaces(before)), new Map(namespaces(after))]
  const goes = (name: string) => was.get(name) ?? is.get(name) ?? false
  return dumpDifference(before, after).filter(line => {
    const [path = ''] = line.slice(2).split(/:? /)
    return !goes(path.startsWith(NAMESPACES) ? path.slice(NAMESPACES.length) : (path.split('/').at(-2) ?? ''))
  })
}

/** Where the dump has them: they are in no namespace. */
const NAMESPACES = '/api/v1/namespaces//'
