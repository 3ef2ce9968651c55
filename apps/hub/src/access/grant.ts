import type { KubernetesRule, NonResourceRule, Permission, Role, Rules, Scope } from '@moorage/contract/access.ts'
import type { ClusterFacts } from '@moorage/contract/access-request.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { matchesAny, matchesPattern } from './pattern.ts'
import { type CompiledBinding, isCurrent, type Policy } from './policy.ts'
import { type CompiledScope, compileScope, describeScope, reachesCluster } from './scope.ts'

/** A role for somebody, somewhere, until some time. */
export interface Grant {
  role: Role
  scope: Scope
  /** null: for good. */
  expiresAt: Date | null
}

export interface GrantContext {
  who: Identity
  policy: Policy
  now: Date
  /** The cluster with this name or id. */
  clusterOf: (ref: string) => ClusterFacts | undefined
}

/** Whether these rules say nothing. */
export const isEmpty = ({ permissions, kubernetes, nonResource }: Rules) =>
  permissions.length + kubernetes.length + nonResource.length === 0

/** Whether all that the inner words mean is within the outer ones. */
const within = (inner: readonly string[], outer: readonly string[]) =>
  outer.includes('*') || inner.every(word => outer.includes(word))

/** A pattern is within another one that matches it as it is written, its stars taken for letters. */
const patternsWithin = (inner: readonly string[], outer: readonly string[]) =>
  inner.every(each => matchesAny(outer, each))

const resourcesWithin = (inner: readonly string[], outer: readonly string[]) =>
  outer.includes('*') ||
  inner.every(each => {
    const [kind, subresource] = each.split('/')
    return (
      outer.includes(each) ||
      (subresource !== undefined && (outer.includes(`${kind}/*`) || outer.includes(`*/${subresource}`)))
    )
  })

const coversPermission = (outer: Permission, inner: Permission) =>
  within(inner.resources, outer.resources) && within(inner.verbs, outer.verbs)

const coversKube = (outer: KubernetesRule, inner: KubernetesRule) =>
  within(inner.apiGroups, outer.apiGroups) &&
  resourcesWithin(inner.resources, outer.resources) &&
  within(inner.verbs, outer.verbs) &&
  (outer.resourceNames === undefined ||
    inner.resourceNames?.every(name => outer.resourceNames?.includes(name)) === true) &&
  (outer.namespaces === undefined ||
    (inner.namespaces !== undefined && patternsWithin(inner.namespaces, outer.namespaces)))

const coversPath = (outer: NonResourceRule, inner: NonResourceRule) =>
  patternsWithin(inner.paths, outer.paths) && within(inner.verbs, outer.verbs)

/** A role’s rules one by one: each is to be covered by one rule, whoever holds it. */
const onePermissionEach = (permissions: readonly Permission[]): Permission[] =>
  permissions.flatMap(({ resources, verbs }) => resources.map(resource => ({ resources: [resource], verbs })))

const oneKindEach = (rules: readonly KubernetesRule[]): KubernetesRule[] =>
  rules.flatMap(rule =>
    rule.apiGroups.flatMap(group => rule.resources.map(kind => ({ ...rule, apiGroups: [group], resources: [kind] }))),
  )

/** Whether all of the inner place is within the outer one, now. */
function coversScope(outer: CompiledScope, inner: Scope, clusterOf: GrantContext['clusterOf']): boolean {
  const { clusters, namespaces } = compileScope(inner)
  if (outer.namespaces !== null && (namespaces === null || !patternsWithin(namespaces, outer.namespaces))) return false
  if (outer.clusters === null) return true
  if (clusters === null) return false
  if (clusters.by === 'name') {
    const facts = clusterOf(clusters.cluster)
    return facts !== undefined && reachesCluster(outer, facts)
  }
  if (clusters.by === 'project') return outer.clusters.by === 'project' && outer.clusters.project === clusters.project
  return outer.clusters.by === 'labels' && JSON.stringify(outer.clusters.selector) === JSON.stringify(clusters.selector)
}

const meet = (one: readonly string[], other: readonly string[]) =>
  one.includes('*') || other.includes('*') || one.some(word => other.includes(word))

const kindsMeet = (one: readonly string[], other: readonly string[]) =>
  one.some(a => other.some(b => matchesPattern(a, b) || matchesPattern(b, a) || a.split('/')[0] === b.split('/')[0]))

/** Whether something that is forbidden may be among what is given. Rather too often than too seldom. */
function forbids(deny: Rules, allow: Rules): boolean {
  return (
    deny.permissions.some(a => allow.permissions.some(b => meet(a.resources, b.resources) && meet(a.verbs, b.verbs))) ||
    deny.kubernetes.some(a =>
      allow.kubernetes.some(
        b => meet(a.apiGroups, b.apiGroups) && meet(a.verbs, b.verbs) && kindsMeet(a.resources, b.resources),
      ),
    ) ||
    deny.nonResource.some(a => allow.nonResource.some(b => meet(a.verbs, b.verbs)))
  )
}

/**
 * Why somebody may not give this out, or null where they may: nobody gives
 * what they do not have in all of that place, nor for longer than they have it,
 * nor what is forbidden to them anywhere.
 */
export function whyNotGrant(grant: Grant, { who, policy, now, clusterOf }: GrantContext): string | null {
  if (who.kind === 'token' || who.kind === 'system') return null
  const mine = policy.for(who).filter(binding => isCurrent(binding, now))
  const { role, scope, expiresAt } = grant
  const outlives = (binding: CompiledBinding) =>
    binding.expiresAt === null || (expiresAt !== null && expiresAt.getTime() <= binding.expiresAt)
  const there = mine.filter(binding => outlives(binding) && coversScope(binding.scope, scope, clusterOf))
  const place = describeScope(scope)
  if (!isEmpty(role.deny) && !there.some(({ scope: { kind } }) => kind === 'organisation')) {
    return `Role ${role.name} forbids things, so only who has rights in the whole organisation can bind it.`
  }
  const forbidding = mine.find(({ deny }) => forbids(deny, role))
  if (forbidding !== undefined) {
    return `Binding ${forbidding.name} forbids ${who.name} some of what role ${role.name} allows.`
  }
  const lacking = (what: string) =>
    `Role ${role.name} may ${what} in ${place}, which ${who.name} may not there${expiresAt === null ? ', or not for good' : ', or not for so long'}.`
  for (const inner of onePermissionEach(role.permissions)) {
    if (there.some(({ allow }) => allow.permissions.some(outer => coversPermission(outer, inner)))) continue
    return lacking(`${inner.verbs.join(', ')} ${inner.resources.join(', ')}`)
  }
  const exemption = { resources: ['recordings' as const], verbs: ['update' as const] }
  if (
    role.recording === 'off' &&
    !there.some(({ allow }) => allow.permissions.some(outer => coversPermission(outer, exemption)))
  ) {
    return `Role ${role.name} exempts from recording in ${place}, which ${who.name} may not there: it takes update recordings.`
  }
  for (const inner of oneKindEach(role.kubernetes)) {
    if (there.some(({ allow }) => allow.kubernetes.some(outer => coversKube(outer, inner)))) continue
    return lacking(`${inner.verbs.join(', ')} ${inner.resources.join(', ')} of clusters`)
  }
  for (const inner of role.nonResource) {
    if (there.some(({ allow }) => allow.nonResource.some(outer => coversPath(outer, inner)))) continue
    return lacking(`${inner.verbs.join(', ')} ${inner.paths.join(', ')} of clusters`)
  }
  return null
}

/**
 * Why somebody may not change a cluster's name, labels or projects so: others
 * would get, by bindings that then reach it, what they could not give out
 * there, or something would no longer be forbidden.
 */
export function whyNotMove(before: ClusterFacts, after: ClusterFacts, context: GrantContext): string | null {
  const { who, policy, now } = context
  if (who.kind === 'token' || who.kind === 'system') return null
  for (const binding of policy.bindings) {
    if (!isCurrent(binding, now)) continue
    const reached = reachesCluster(binding.scope, before)
    if (reached === reachesCluster(binding.scope, after)) continue
    if (reached) {
      if (isEmpty(binding.deny)) continue
      return `Binding ${binding.name}, which forbids things, would no longer reach cluster ${before.name}.`
    }
    const role = policy.roles.get(binding.role)
    if (role === undefined) continue
    const { namespaces } = binding.scope
    const scope: Scope =
      namespaces === null
        ? { kind: 'cluster', cluster: before.id }
        : { kind: 'namespace', cluster: before.id, namespaces: [...namespaces] }
    const expiresAt = binding.expiresAt === null ? null : new Date(binding.expiresAt)
    const why = whyNotGrant({ role, scope, expiresAt }, context)
    if (why !== null) return `Binding ${binding.name} would reach cluster ${after.name}. ${why}`
  }
  return null
}
