import type {
  AccessRequest,
  Decision,
  HubRequest,
  KubeAccessRequest,
  NonResourceRequest,
} from '@moorage/contract/access-request.ts'
import type { Asker } from './arrival.ts'
import { whyBeyond } from './limits.ts'
import { allowsKube, deniesKube, matchesPath, permits, touchesNamespaces } from './match.ts'
import { type CompiledBinding, isCurrent, type Policy } from './policy.ts'
import { isHarmless, passesReadOnly } from './read-only-mode.ts'
import { reachesCluster, reachesNamespace } from './scope.ts'
import { outsideScope } from './token-scope.ts'

export type { Resource, Verb } from '@moorage/contract/access.ts'
export type { AccessRequest, Decision } from '@moorage/contract/access-request.ts'

/** What everyone may who is signed in, without any binding: see who they are. What they do about themselves asks no more. */
const OWN: readonly Pick<HubRequest, 'resource' | 'verb'>[] = [
  { resource: 'identity', verb: 'get' },
  { resource: 'hub', verb: 'get' },
]

/** Of a cluster, what a right in one of its namespaces already shows: that it is there, and how to reach it. */
const OF_THE_WHOLE: readonly Pick<HubRequest, 'resource' | 'verb'>[] = [
  { resource: 'clusters', verb: 'get' },
  { resource: 'clusters', verb: 'list' },
  { resource: 'kubeconfigs', verb: 'get' },
]

const isOneOf = (list: readonly Pick<HubRequest, 'resource' | 'verb'>[], { resource, verb }: HubRequest) =>
  list.some(each => each.resource === resource && each.verb === verb)

/** Whether a binding that allows holds where the request is. */
function holdsForHub({ scope }: CompiledBinding, request: HubRequest): boolean {
  const { cluster, project, filtered = false, namespace } = request
  if (scope.kind === 'organisation') return true
  if (cluster === undefined) {
    if (filtered) return true
    return scope.kind === 'project' && scope.clusters?.by === 'project' && scope.clusters.project === project
  }
  if (!reachesCluster(scope, cluster)) return false
  if (scope.kind !== 'namespace' || filtered) return true
  return namespace === undefined ? isOneOf(OF_THE_WHOLE, request) : reachesNamespace(scope, namespace)
}

/** Whether a binding that forbids holds where the request is. What is filtered row by row is refused only as a whole. */
function forbidsForHub({ scope }: CompiledBinding, request: HubRequest): boolean {
  const { cluster, project, filtered = false, namespace } = request
  if (scope.kind === 'organisation') return true
  if (cluster === undefined) {
    return (
      !filtered && scope.kind === 'project' && scope.clusters?.by === 'project' && scope.clusters.project === project
    )
  }
  if (!reachesCluster(scope, cluster)) return false
  return scope.kind !== 'namespace' || (namespace !== undefined && reachesNamespace(scope, namespace))
}

/** Which of a binding’s rules allows it; null where none does. What others forbid is not looked at. */
export function allowingRule(binding: CompiledBinding, request: AccessRequest): string | null {
  const { scope, allow } = binding
  if (request.kind === 'hub') {
    const at = holdsForHub(binding, request) ? allow.permissions.findIndex(each => permits(each, request)) : -1
    return at < 0 ? null : `permissions[${at}]`
  }
  if (!reachesCluster(scope, request.cluster)) return null
  if (isHarmless(request)) return allow.kubernetes.length > 0 ? 'kubernetes' : null
  if (request.kind === 'non-resource') {
    if (scope.kind === 'namespace') return null
    const at = allow.nonResource.findIndex(each => matchesPath(each, request))
    return at < 0 ? null : `nonResource[${at}]`
  }
  if (!reachesNamespace(scope, request.namespace)) return null
  const at = allow.kubernetes.findIndex(each => allowsKube(each, request))
  return at < 0 ? null : `kubernetes[${at}]`
}

function denyingRule(binding: CompiledBinding, request: AccessRequest): string | null {
  const { scope, deny } = binding
  if (request.kind === 'hub') {
    const at = forbidsForHub(binding, request) ? deny.permissions.findIndex(each => permits(each, request)) : -1
    return at < 0 ? null : `deny.permissions[${at}]`
  }
  if (!reachesCluster(scope, request.cluster)) return null
  if (request.kind === 'non-resource') {
    const at = deny.nonResource.findIndex(each => matchesPath(each, request))
    return at < 0 ? null : `deny.nonResource[${at}]`
  }
  if (scope.namespaces !== null && !touchesNamespaces(scope.namespaces, request)) return null
  const at = deny.kubernetes.findIndex(each => deniesKube(each, request))
  return at < 0 ? null : `deny.kubernetes[${at}]`
}

/** What a request wants, in words. */
export function describeRequest(request: AccessRequest): string {
  if (request.kind === 'hub') {
    const { verb, resource, cluster, project } = request
    const where =
      cluster !== undefined ? ` of cluster ${cluster.name}` : project !== undefined ? ` of project ${project}` : ''
    return `${verb} ${resource}${where}`
  }
  return `${describeInside(request)} in cluster ${request.cluster.name}`
}

function describeInside(request: KubeAccessRequest | NonResourceRequest): string {
  if (request.kind === 'non-resource') return `${request.verb} ${request.path}`
  const { verb, apiGroup, resource, subresource, name, namespace } = request
  const kind = `${resource}${apiGroup === '' ? '' : `.${apiGroup}`}${subresource === null ? '' : `/${subresource}`}`
  return `${verb} ${kind}${name === null ? '' : ` ${name}`}${namespace === null ? '' : ` in namespace ${namespace}`}`
}

const named = (binding: CompiledBinding, rule: string) => ({ binding: binding.name, role: binding.role, rule })

function byRules(subject: Asker, request: AccessRequest, policy: Policy, now: Date): Decision {
  if (subject.kind === 'token') return { allowed: true, because: `The token "${subject.name}" is an admin token.` }
  if (subject.kind === 'system') return { allowed: true, because: `"${subject.name}" is the hub itself.` }
  const bindings = policy.for(subject).filter(binding => isCurrent(binding, now))
  for (const binding of bindings) {
    const rule = denyingRule(binding, request)
    if (rule === null) continue
    const because = `Binding ${binding.name} forbids ${subject.name} to ${describeRequest(request)}: ${rule} of role ${binding.role}.`
    return { allowed: false, because, ...named(binding, rule) }
  }
  for (const binding of bindings) {
    const rule = allowingRule(binding, request)
    if (rule === null) continue
    return {
      allowed: true,
      because: `Binding ${binding.name}, ${rule} of role ${binding.role}.`,
      ...named(binding, rule),
    }
  }
  const isSomebody = subject.kind === 'user' || subject.kind === 'service-account'
  if (isSomebody && request.kind === 'hub' && isOneOf(OWN, request)) {
    return { allowed: true, because: 'Everyone who is signed in may see who they are.' }
  }
  return { allowed: false, because: `No binding lets ${subject.name} ${describeRequest(request)}.` }
}

/** The limit that a request is beyond: of what it would reach, then of whoever asks. */
function limiting(subject: Asker, request: AccessRequest, policy: Policy, now: Date) {
  if (subject.arrival === undefined) return null
  // What is seen of a cluster in the hub does not reach it; a terminal does.
  const reaches = request.kind !== 'hub' || subject.arrival.way === 'web-terminal'
  const ofCluster = reaches && request.cluster !== undefined ? policy.limitsIn(request.cluster) : []
  return whyBeyond([...ofCluster, ...policy.limitsOf(subject)], request, subject.arrival, now)
}

/**
 * What limits make of what the rules allow. Admin tokens are for emergencies and stand above them, or people could lock
 * themselves out for good; the sentence, which the audit keeps, says so.
 */
function withinLimits(decision: Decision, subject: Asker, request: AccessRequest, policy: Policy, now: Date): Decision {
  if (!decision.allowed) return decision
  const beyond = limiting(subject, request, policy, now)
  if (beyond === null) return decision
  if (subject.kind !== 'token') return { allowed: false, ...beyond }
  return { ...decision, because: `${decision.because} It stands above this limit: ${beyond.because}` }
}

/**
 * Who may do what: pure, and the only place that answers it. A rule counts for
 * the subjects of its own binding alone. What one binding forbids no other
 * allows, and what nothing allows is refused. Limits only ever take away. The
 * mode that a cluster's owner chose stands above all, an admin's token included.
 */
export function decide(subject: Asker, request: AccessRequest, policy: Policy, now: Date): Decision {
  const outside = subject.scope === undefined ? null : outsideScope(subject.scope, request)
  if (outside !== null) {
    const because = `The token of ${subject.name} is not made for this: its scope does not let it ${describeRequest(request)}.`
    return { allowed: false, because, rule: `scope.${outside}` }
  }
  const decision = withinLimits(byRules(subject, request, policy, now), subject, request, policy, now)
  if (!decision.allowed || request.kind === 'hub' || request.cluster.mode !== 'read-only') return decision
  if (passesReadOnly(request)) return decision
  return {
    allowed: false,
    because: `Cluster ${request.cluster.name} is read-only: its owner does not let Moorage ${describeInside(request)}.`,
    rule: 'mode',
  }
}

/** Why somebody may use nothing of the hub now, by their own limits; null where they may. */
export function whyShutOut(subject: Asker, policy: Policy, now: Date): string | null {
  if (subject.kind === 'token' || subject.kind === 'system') return null
  return limiting(subject, { kind: 'hub', verb: 'get', resource: 'identity' }, policy, now)?.because ?? null
}
