import type { AccessRequest, ClusterFacts } from '@moorage/contract/access-request.ts'
import type { AskedAccess, Explanation, WhoCan } from '@moorage/contract/explain.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import type { Asker } from './arrival.ts'
import { decide } from './decide.ts'
import { isLimit } from './limits.ts'
import { isCurrent, type Policy } from './policy.ts'

/** What is asked about, as `decide` takes it. */
export function askedRequest(asked: AskedAccess, cluster: ClusterFacts): AccessRequest {
  const { verb, path, resource, apiGroup, subresource, name, namespace } = asked
  if (path !== undefined) return { kind: 'non-resource', cluster, verb, path }
  if (resource === undefined) {
    throw new MoorageError('bad_request', 'Neither a resource nor a path is asked about.', {
      fields: [{ path: 'resource', message: 'is missing' }],
    })
  }
  // As the API server sees it: a namespace is in itself.
  const own = resource === 'namespaces' && apiGroup === '' && name !== undefined ? name : undefined
  return {
    kind: 'kubernetes',
    cluster,
    verb,
    apiGroup,
    resource,
    subresource: subresource ?? null,
    name: name ?? null,
    namespace: namespace ?? own ?? null,
  }
}

/** Whether somebody may do it, and why. */
export function explain(who: Asker, request: AccessRequest, policy: Policy, now: Date): Explanation {
  const { allowed, because, binding = null, role = null, rule = null } = decide(who, request, policy, now)
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

/** Whom a binding lets do it. A group stands for its members, some of whom another binding may forbid it. */
export function whoCan(request: AccessRequest, policy: Policy, now: Date): WhoCan {
  const admin: Identity = { kind: 'token', id: '', name: '', groups: [] }
  const anybody = decide(admin, request, policy, now)
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
