import type { ClusterFacts, Decision, KubeAccessRequest, NonResourceRequest } from '@moorage/contract/access-request.ts'
import type { AskedAccess, Explanation, WhoCan } from '@moorage/contract/explain.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import type { Asker } from './arrival.ts'
import { decide } from './decide.ts'
import { isLimit } from './limits.ts'
import { needed } from './needed.ts'
import { isCurrent, type Policy } from './policy.ts'

/** A request to a cluster, as `decide` takes it. */
export type Asked = KubeAccessRequest | NonResourceRequest

/** What is asked about. */
export function askedRequest(asked: AskedAccess, cluster: ClusterFacts): Asked {
  const { verb, path, resource, apiGroup, subresource, name, namespace } = asked
  if (path !== undefined) return { kind: 'non-resource', cluster, verb, path }
  if (resource === undefined) {
    throw new MoorageError('bad_request', 'Neither a resource nor a path is asked about.', {
      fields: [{ path: 'resource', message: 'is missing' }],
    })
  }
  // As the API server sees it: what is yet to be made has no name, and a namespace is in itself.
  const known = verb === 'create' && subresource === undefined ? null : (name ?? null)
  const own = resource === 'namespaces' && apiGroup === '' ? known : null
  return {
    kind: 'kubernetes',
    cluster,
    verb,
    apiGroup,
    resource,
    subresource: subresource ?? null,
    name: known,
    namespace: namespace ?? own,
  }
}

/** The first refusal of all that it needs, or why it is allowed. */
function judge(who: Asker, request: Asked, policy: Policy, now: Date): Decision {
  const decisions = needed(request).map(each => decide(who, each, policy, now))
  return decisions.find(({ allowed }) => !allowed) ?? (decisions[0] as Decision)
}

/** Whether somebody may do it, and why. */
export function explain(who: Asker, request: Asked, policy: Policy, now: Date): Explanation {
  const { allowed, because, binding = null, role = null, rule = null } = judge(who, request, policy, now)
  const wall = allowed ? null : isLimit(rule) ? 'limit' : rule === 'mode' ? 'mode' : 'hub-rule'
  const groups = [...policy.groupsOf(who)]
  return {
    allowed,
    because,
    wall,
    actsAs: null,
    binding,
    role,
    rule,
    recording: null,
    subject: { kind: who.kind, name: who.name, groups },
  }
}

/**
 * Whom a binding lets do it. A group stands for its members, some of whom another binding may forbid it. Of what takes
 * several rights, which several bindings may give, it goes by the last one: nobody is left out who may.
 */
export function whoCan(asked: Asked, policy: Policy, now: Date): WhoCan {
  const request = needed(asked).at(-1) as Asked
  const admin: Identity = { kind: 'token', id: '', name: '', groups: [] }
  const anybody = judge(admin, asked, policy, now)
  if (!anybody.allowed) return { items: [], because: anybody.because }
  const items = policy.bindings
    .filter(binding => isCurrent(binding, now))
    .flatMap(binding => binding.subjects.map(subject => ({ binding, subject })))
    .flatMap(({ binding, subject }) => {
      const who: Identity =
        subject.kind === 'group'
          ? { kind: 'user', id: '', name: '', groups: [subject.name] }
          : { kind: subject.kind, id: '', name: subject.name, groups: [] }
      const decision = decide(who, request, policy, now)
      if (!decision.allowed || decision.binding !== binding.name || decision.rule === undefined) return []
      const expiresAt = binding.expiresAt === null ? null : new Date(binding.expiresAt).toISOString()
      return [{ subject, binding: binding.name, role: binding.role, rule: decision.rule, expiresAt }]
    })
  return { items, because: null }
}
