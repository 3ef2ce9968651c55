import { type KubernetesRule, Role } from '@moorage/contract/access.ts'
import { AskedAccess } from '@moorage/contract/explain.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { expect, test } from 'vitest'
import { askedRequest, explain, whoCan } from './explain.ts'
import { compilePolicy } from './policy.ts'

const now = new Date('2026-03-01T00:00:00Z')
const cluster = { id: 'c1', name: 'alpha', labels: {}, projects: ['default'], mode: 'full' as const }
const ada: Identity = { kind: 'user', id: '1', name: 'ada', groups: [] }

function asked(rule: Partial<KubernetesRule>, question: object) {
  const kubernetes = [{ apiGroups: [''], resources: ['pods'], verbs: ['*'], ...rule }]
  const role = Role.parse({ name: 'r', builtIn: false, kubernetes })
  const scope = { kind: 'organisation' as const }
  const subjects = [{ kind: 'user' as const, name: 'ada' }]
  const policy = compilePolicy([{ name: 'b', role: 'r', subjects, scope, expiresAt: null }], [role])
  const request = askedRequest(AskedAccess.parse({ cluster: 'alpha', verb: 'get', ...question }), cluster)
  const { allowed } = explain(ada, request, policy, now)
  expect(whoCan(request, policy, now).items).toHaveLength(allowed ? 1 : 0)
  return allowed
}

test('a way into a pod takes both rights, as in the request itself', () => {
  const exec = { resource: 'pods', subresource: 'exec', name: 'web', namespace: 'shop' }
  expect(asked({ resources: ['pods/exec'], verbs: ['get'] }, exec)).toBe(false)
  expect(asked({ resources: ['pods/exec'], verbs: ['get', 'create'] }, exec)).toBe(true)
  expect(asked({ resources: ['pods/log'], verbs: ['get'] }, { ...exec, subresource: 'log' })).toBe(true)
})

test('what is yet to be made has no name that a rule could know', () => {
  const create = { verb: 'create', resource: 'pods', name: 'web', namespace: 'shop' }
  expect(asked({ resourceNames: ['web'] }, create)).toBe(false)
  expect(asked({ resourceNames: ['web'] }, { ...create, verb: 'delete' })).toBe(true)
  const exec = { ...create, subresource: 'exec' }
  expect(asked({ resourceNames: ['web'], resources: ['pods/exec'] }, exec)).toBe(true)
  const namespace = { verb: 'create', resource: 'namespaces', name: 'shop' }
  expect(asked({ resources: ['namespaces'], namespaces: ['shop'] }, namespace)).toBe(false)
  expect(asked({ resources: ['namespaces'], namespaces: ['shop'] }, { ...namespace, verb: 'delete' })).toBe(true)
})

test('who has the two rights by two bindings is not left out', () => {
  const rule = (verb: string) => ({ apiGroups: [''], resources: ['pods/exec'], verbs: [verb] })
  const roles = ['get', 'create'].map(verb => Role.parse({ name: verb, builtIn: false, kubernetes: [rule(verb)] }))
  const scope = { kind: 'organisation' as const }
  const bound = (name: string, kind: 'user' | 'group') => ({
    name,
    role: name,
    subjects: [{ kind, name: 'ada' }],
    scope,
    expiresAt: null,
  })
  const policy = compilePolicy([bound('get', 'user'), bound('create', 'group')], roles)
  const exec = { cluster: 'alpha', verb: 'get', resource: 'pods', subresource: 'exec', namespace: 'shop' }
  const request = askedRequest(AskedAccess.parse(exec), cluster)
  expect(explain({ ...ada, groups: ['ada'] }, request, policy, now).allowed).toBe(true)
  expect(explain(ada, request, policy, now).allowed).toBe(false)
  expect(whoCan(request, policy, now).items.map(({ binding }) => binding)).toEqual(['create'])
})
