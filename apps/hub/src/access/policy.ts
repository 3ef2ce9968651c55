import type { Role, Rules, Scope, Subject } from '@moorage/contract/access.ts'
import type { ClusterFacts } from '@moorage/contract/access-request.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import type { Limited, Limits } from '@moorage/contract/limits.ts'
import type { RecordingPolicy } from '@moorage/contract/recording.ts'
import { builtInRoles } from './built-in-roles.ts'
import { type CompiledLimits, compileLimits } from './limits.ts'
import { type CompiledScope, compileScope } from './scope.ts'

/** A binding with its role, ready to be asked. Its rules are for its own subjects alone. */
export interface CompiledBinding {
  name: string
  role: string
  subjects: readonly Subject[]
  scope: CompiledScope
  /** As it was written. */
  writtenScope: Scope
  /** ms since 1970, or null where it does not end. */
  expiresAt: number | null
  allow: Rules
  deny: Rules
  /** What its role says about recording sessions. */
  recording: RecordingPolicy | undefined
}

/** All bindings at one moment. */
export interface Policy {
  /** Raised with each change of rights. */
  version: number
  bindings: readonly CompiledBinding[]
  roles: ReadonlyMap<string, Role>
  /** The bindings that name this subject or one of its groups, expired ones included, by name. */
  for(subject: Pick<Identity, 'kind' | 'name' | 'groups'>): readonly CompiledBinding[]
  /** Groups of a subject: those that it signed in with, and the local ones that it is in now. */
  groupsOf(subject: Pick<Identity, 'kind' | 'name' | 'groups'>): readonly string[]
  /** Limits of a subject itself, and of its groups. */
  limitsOf(subject: Pick<Identity, 'kind' | 'name' | 'groups'>): readonly CompiledLimits[]
  /** Limits of a cluster, by its id. */
  limitsIn(cluster: Pick<ClusterFacts, 'id' | 'name'>): readonly CompiledLimits[]
}

/** A binding as it is stored. */
export interface BindingFacts {
  name: string
  role: string
  subjects: readonly Subject[]
  scope: Scope
  expiresAt: Date | null
}

/** One user in one local group. */
export interface Membership {
  group_name: string
  user_name: string
}

/** Limits as they are stored; those of a cluster hold whatever it is called by now. */
export interface LimitsFacts extends Limited {
  cluster_id: string | null
  limits: Limits
}

const keyOf = (kind: Subject['kind'], name: string) => `${kind} ${name}`

/** The bindings as a policy. One whose role is gone gives nothing. */
export function compilePolicy(
  bindings: readonly BindingFacts[],
  customRoles: readonly Role[],
  {
    version = 0,
    memberships = [],
    limits = [],
  }: { version?: number; memberships?: readonly Membership[]; limits?: readonly LimitsFacts[] } = {},
): Policy {
  const roles = new Map([...customRoles, ...builtInRoles].map(role => [role.name, role]))
  const compiled = bindings
    .flatMap((binding): CompiledBinding[] => {
      const role = roles.get(binding.role)
      if (role === undefined) return []
      const { permissions, kubernetes, nonResource, deny } = role
      return [
        {
          name: binding.name,
          role: role.name,
          subjects: binding.subjects,
          scope: compileScope(binding.scope),
          writtenScope: binding.scope,
          expiresAt: binding.expiresAt?.getTime() ?? null,
          allow: { permissions, kubernetes, nonResource },
          deny,
          recording: role.recording,
        },
      ]
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const bySubject = new Map<string, CompiledBinding[]>()
  for (const binding of compiled) {
    for (const key of new Set(binding.subjects.map(({ kind, name }) => keyOf(kind, name)))) {
      const known = bySubject.get(key)
      if (known) known.push(binding)
      else bySubject.set(key, [binding])
    }
  }
  const localGroups = new Map<string, string[]>()
  for (const { group_name, user_name } of memberships) {
    const known = localGroups.get(user_name)
    if (known) known.push(group_name)
    else localGroups.set(user_name, [group_name])
  }
  const groupsOf: Policy['groupsOf'] = ({ kind, name, groups }) => {
    const local = kind === 'user' ? localGroups.get(name) : undefined
    return local === undefined ? groups : [...new Set([...groups, ...local])]
  }
  const bounds = new Map<string, LimitsFacts & { compiled: CompiledLimits }>()
  for (const facts of limits) {
    const key = facts.kind === 'cluster' ? `cluster ${facts.cluster_id}` : keyOf(facts.kind, facts.name)
    bounds.set(key, { ...facts, compiled: compileLimits({ kind: facts.kind, name: facts.name }, facts.limits) })
  }
  return {
    version,
    bindings: compiled,
    roles,
    groupsOf,
    limitsOf(subject) {
      const { kind, name } = subject
      if (bounds.size === 0 || (kind !== 'user' && kind !== 'service-account')) return []
      const keys = [keyOf(kind, name), ...groupsOf(subject).map(group => keyOf('group', group))]
      return keys.flatMap(key => bounds.get(key)?.compiled ?? [])
    },
    limitsIn({ id, name }) {
      const compiled = bounds.get(`cluster ${id}`)?.compiled
      return compiled === undefined ? [] : [{ ...compiled, of: { kind: 'cluster', name } }]
    },
    for(subject) {
      const { kind, name } = subject
      // An admin token and the hub itself are above bindings, and no binding can name them.
      if (kind !== 'user' && kind !== 'service-account') return []
      const keys = [keyOf(kind, name), ...groupsOf(subject).map(group => keyOf('group', group))]
      const found = new Set(keys.flatMap(key => bySubject.get(key) ?? []))
      return found.size < 2 ? [...found] : [...found].sort((a, b) => (a.name < b.name ? -1 : 1))
    },
  }
}

/** Whether a binding still holds. */
export const isCurrent = ({ expiresAt }: CompiledBinding, now: Date): boolean =>
  expiresAt === null || expiresAt > now.getTime()

/** A cluster that no rule knows: for what is asked before there is one. */
export const newCluster = (name: string, labels: Record<string, string>, project: string): ClusterFacts => ({
  id: '',
  name,
  labels,
  projects: [project],
  mode: 'read-only',
})
