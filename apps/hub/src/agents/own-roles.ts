import { getJson, patchJson } from '@moorage/kube/client.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import type { ManifestObject } from './manifest-object.ts'
import type { PolicyRule } from './mode-rules.ts'
import { rightsBeyond, sameRules } from './rule-cover.ts'

/** One request about an agent's own roles, in ms. */
const REQUEST_MS = 15_000

interface Role {
  metadata: { labels?: Record<string, string> }
  rules?: PolicyRule[] | null
}

/** One of an agent's roles: the rules that it has in the cluster, and those of the manifest of now. */
export interface OwnRole {
  path: string
  ours: boolean
  have: PolicyRule[]
  want: PolicyRule[]
}

const API = '/apis/rbac.authorization.k8s.io/v1'
const within = () => AbortSignal.timeout(REQUEST_MS)

/** The agent's roles as they are, beside what the manifest would make of them. */
export async function ownRoles(
  transport: KubeTransport,
  { objects, instance }: { objects: readonly ManifestObject[]; instance: string },
): Promise<OwnRole[]> {
  const roles = objects.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole')
  return Promise.all(
    roles.map(async ({ kind, metadata: { name, namespace }, rules }) => {
      const path = kind === 'Role' ? `${API}/namespaces/${namespace}/roles/${name}` : `${API}/clusterroles/${name}`
      const role = await getJson<Role>(transport, path, within())
      const ours = role.metadata.labels?.['moorage.dev/instance'] === instance
      return { path, ours, have: role.rules ?? [], want: rules as PolicyRule[] }
    }),
  )
}

/** What the manifest of now would give the agent and its cluster does not: its owner is to be asked for that. */
export const missingRights = (roles: readonly OwnRole[]): string[] =>
  rightsBeyond(
    roles.flatMap(({ have }) => have),
    roles.flatMap(({ want }) => want),
  )

/**
 * Brings the roles in line with the manifest where that raises nothing: an
 * agent never gets more from the hub than its owner gave it. Resolves with
 * whether any right was taken.
 */
export async function lowerRoles(transport: KubeTransport, roles: readonly OwnRole[]): Promise<boolean> {
  let lowered = false
  for (const { path, ours, have, want } of roles) {
    if (sameRules(have, want) || !ours || rightsBeyond(have, want).length > 0) continue
    await patchJson(transport, `${path}?fieldManager=moorage`, { rules: want }, within())
    lowered ||= rightsBeyond(want, have).length > 0
  }
  return lowered
}
