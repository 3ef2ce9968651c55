import { getJson } from './client.ts'
import type { KubeTransport } from './transport.ts'

export interface ApiGroup {
  name: string
  /** As the server orders them. */
  versions: string[]
  preferredVersion: string
}

interface GroupList {
  groups?: {
    name?: string
    versions?: { version?: string }[]
    preferredVersion?: { version?: string }
  }[]
}

/** The named API groups that the cluster serves, with their versions. The core group is not among them. */
export const readApiGroups = async (transport: KubeTransport, signal: AbortSignal): Promise<ApiGroup[]> => {
  const list = await getJson<GroupList>(transport, '/apis', signal)
  return (list.groups ?? []).flatMap(({ name, versions, preferredVersion }) => {
    const all = (versions ?? []).flatMap(({ version }) => version ?? [])
    return name === undefined
      ? []
      : [{ name, versions: all, preferredVersion: preferredVersion?.version ?? all[0] ?? '' }]
  })
}

/** The names of the API groups that the cluster serves. */
export const readGroups = async (transport: KubeTransport, signal: AbortSignal): Promise<string[]> =>
  (await readApiGroups(transport, signal)).map(group => group.name)

export interface ApiResource {
  name: string
  kind: string
  namespaced: boolean
  verbs: string[]
}

/** The resources of one group and version, such as `apps/v1` or `v1`, without subresources. */
export const readResources = async (
  transport: KubeTransport,
  groupVersion: string,
  signal: AbortSignal,
): Promise<ApiResource[]> => {
  const path = groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`
  const list = await getJson<{ resources?: ApiResource[] }>(transport, path, signal)
  return (list.resources ?? []).filter(({ name }) => !name.includes('/'))
}
