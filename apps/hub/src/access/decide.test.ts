import type { KubernetesRule, Role, Rules, Scope } from '@moorage/contract/access.ts'
import type { AccessRequest, ClusterFacts } from '@moorage/contract/access-request.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { describe, expect, test } from 'vitest'
import { decide } from './decide.ts'
import { type BindingFacts, compilePolicy } from './policy.ts'

const now = new Date('2026-11-21T12:00:00Z')
const ada: Identity = { kind: 'user', id: '1', name: 'ada', groups: ['ops'] }
const alpha: ClusterFacts = {
  id: 'c1',
  name: 'alpha',
  labels: { env: 'prod' },
  projects: ['default', 'pay'],
  mode: 'full',
}
const empty: Rules = { permissions: [], kubernetes: [], nonResource: [] }
const role = (name: string, allow: Partial<Rules>, deny: Partial<Rules> = {}): Role => ({
  name,
  description: '',
  builtIn: false,
  ...empty,
  ...allow,
  deny: { ...empty, ...deny },
})
const bind = (name: string, roleName: string, scope: Scope, more: Partial<BindingFacts> = {}): BindingFacts => ({
  name,
  role: roleName,
  subjects: [{ kind: 'user', name: 'ada' }],
  scope,
  expiresAt: null,
  ...more,
})
const organisation: Scope = { kind: 'organisation' }
const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }
const all: KubernetesRule = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }
const kube = (more: Partial<AccessRequest & { kind: 'kubernetes' }> = {}): AccessRequest => ({
  kind: 'kubernetes',
  cluster: alpha,
  verb: 'list',
  apiGroup: '',
  resource: 'pods',
  subresource: null,
  name: null,
  namespace: 'shop',
  ...more,
})
const may = (request: AccessRequest, roles: Role[], ...bindings: BindingFacts[]) =>
  decide(ada, request, compilePolicy(bindings, roles), now).allowed

describe('a rule that allows', () => {
  test.each<[string, Partial<KubernetesRule>, Parameters<typeof kube>[0], boolean]>([
    ['its own kind', {}, {}, true],
    ['no other group', {}, { apiGroup: 'apps' }, false],
    ['no subresource', {}, { subresource: 'log', verb: 'get', name: 'web' }, false],
    ['a subresource by name', { resources: ['pods/log'] }, { subresource: 'log' }, true],
    ['every subresource by pods/*', { resources: ['pods/*'] }, { subresource: 'exec' }, true],
    ['but not the kind by pods/*', { resources: ['pods/*'] }, {}, false],
    ['a subresource of every kind by */log', { resources: ['*/log'] }, { subresource: 'log' }, true],
    ['everything by *', { resources: ['*'] }, { subresource: 'exec' }, true],
    ['an object by name', { resourceNames: ['web'] }, { name: 'web', verb: 'get' }, true],
    ['no list by the name of an object', { resourceNames: ['web'] }, {}, false],
    ['a namespace by pattern', { namespaces: ['s*p'] }, {}, true],
    ['no list over all namespaces by pattern', { namespaces: ['*'] }, { namespace: null }, false],
    ['no prefix of a verb', { verbs: ['lis'] }, {}, false],
  ])('allows %s', (_, rule, request, allowed) => {
    expect(may(kube(request), [role('r', { kubernetes: [{ ...pods, ...rule }] })], bind('b', 'r', organisation))).toBe(
      allowed,
    )
  })
})

describe('a rule that forbids', () => {
  const wide = bind('a', 'super-admin', organisation)
  test.each<[string, Partial<KubernetesRule>, Parameters<typeof kube>[0], boolean]>([
    ['its kind', {}, {}, false],
    ['the kind’s subresources too', {}, { subresource: 'exec', verb: 'get' }, false],
    ['no other verb', {}, { verb: 'delete' }, true],
    ['a list that would show a forbidden name', { resourceNames: ['web'] }, {}, false],
    ['no other name', { resourceNames: ['web'] }, { name: 'db', verb: 'get' }, true],
    ['a list over all namespaces with a forbidden one', { namespaces: ['shop'] }, { namespace: null }, false],
    ['no other namespace', { namespaces: ['vault'] }, {}, true],
    [
      'nothing outside of namespaces by a namespace',
      { resources: ['*'], namespaces: ['shop'] },
      { resource: 'nodes', namespace: null },
      true,
    ],
    [
      'the way to the pods of all namespaces by a namespace',
      { resources: ['*'], namespaces: ['shop'] },
      { resource: 'nodes', subresource: 'proxy', name: 'n1', verb: 'get', namespace: null },
      false,
    ],
    [
      'the namespace itself',
      { resources: ['*'], namespaces: ['shop'] },
      { resource: 'namespaces', name: 'shop', verb: 'get' },
      false,
    ],
  ])('forbids %s', (_, rule, request, allowed) => {
    const roles = [role('r', {}, { kubernetes: [{ ...pods, ...rule }] })]
    expect(may(kube(request), roles, wide, bind('b', 'r', organisation))).toBe(allowed)
  })

  test('at a namespace scope reaches lists over all namespaces', () => {
    const roles = [role('r', {}, { kubernetes: [all] })]
    const there = bind('b', 'r', { kind: 'namespace', cluster: 'alpha', namespaces: ['shop'] })
    expect(may(kube({ namespace: null }), roles, wide, there)).toBe(false)
    expect(may(kube({ namespace: 'other' }), roles, wide, there)).toBe(true)
    expect(may(kube({ namespace: null, cluster: { ...alpha, name: 'beta', id: 'c2' } }), roles, wide, there)).toBe(true)
  })

  test('counts for its own subjects alone', () => {
    const roles = [role('r', {}, { kubernetes: [all] })]
    expect(may(kube(), roles, wide, bind('b', 'r', organisation, { subjects: [{ kind: 'user', name: 'bob' }] }))).toBe(
      true,
    )
    expect(may(kube(), roles, wide, bind('b', 'r', organisation, { subjects: [{ kind: 'group', name: 'ops' }] }))).toBe(
      false,
    )
  })
})

describe('a scope', () => {
  test.each<[Scope, boolean]>([
    [organisation, true],
    [{ kind: 'project', project: 'pay' }, true],
    [{ kind: 'project', project: 'other' }, false],
    [{ kind: 'cluster', cluster: 'alpha' }, true],
    [{ kind: 'cluster', cluster: 'c1' }, true],
    [{ kind: 'cluster', cluster: 'beta' }, false],
    [{ kind: 'cluster', labels: 'env=prod' }, true],
    [{ kind: 'cluster', labels: 'env!=prod' }, false],
    [{ kind: 'namespace', project: 'pay', namespaces: ['sh*'] }, true],
    [{ kind: 'namespace', project: 'pay', namespaces: ['team-*'] }, false],
    [{ kind: 'namespace', labels: 'env=test', namespaces: ['shop'] }, false],
  ])('%j', (scope, allowed) => {
    expect(may(kube(), [role('r', { kubernetes: [pods] })], bind('b', 'r', scope))).toBe(allowed)
  })
})

describe('Moorage itself', () => {
  const reader = role('r', {
    permissions: [{ resources: ['clusters', 'inventory', 'metrics'], verbs: ['get', 'list'] }],
  })
  const hub = (more: Partial<AccessRequest & { kind: 'hub' }>): AccessRequest => ({
    kind: 'hub',
    verb: 'list',
    resource: 'inventory',
    ...more,
  })
  const inShop = bind('b', 'r', { kind: 'namespace', cluster: 'alpha', namespaces: ['shop'] })
  test.each<[string, Partial<AccessRequest & { kind: 'hub' }>, boolean]>([
    ['the cluster itself', { resource: 'clusters', verb: 'get', cluster: alpha }, true],
    ['what is in the namespace', { cluster: alpha, namespace: 'shop' }, true],
    ['what is elsewhere', { cluster: alpha, namespace: 'other' }, false],
    ['rows that are filtered', { cluster: alpha, filtered: true }, true],
    ['rows of another cluster', { cluster: { ...alpha, id: 'c2', name: 'beta' }, filtered: true }, false],
    ['the whole cluster’s metrics', { resource: 'metrics', verb: 'get', cluster: alpha }, false],
    ['lists over clusters that are filtered', { filtered: true }, true],
    ['the organisation', {}, false],
  ])('shows to a namespace’s reader: %s', (_, request, allowed) => {
    expect(may(hub(request), [reader], inShop)).toBe(allowed)
  })

  test('is seen by whoever is signed in as far as who they are, and by nobody else', () => {
    const request = hub({ resource: 'identity', verb: 'get' })
    expect(may(request, [])).toBe(true)
    const stranger = { ...ada, kind: 'stranger' } as never
    expect(decide(stranger, request, compilePolicy([], []), now)).toEqual({
      allowed: false,
      because: 'No binding lets ada get identity.',
    })
  })

  test('a project’s binding is for that project', () => {
    const admin = bind('b', 'project-admin', { kind: 'project', project: 'pay' })
    expect(may(hub({ resource: 'bindings', verb: 'create', project: 'pay' }), [], admin)).toBe(true)
    expect(may(hub({ resource: 'bindings', verb: 'create', project: 'other' }), [], admin)).toBe(false)
    expect(may(hub({ resource: 'bindings', verb: 'create' }), [], admin)).toBe(false)
    expect(may(hub({ resource: 'users', verb: 'create' }), [], admin)).toBe(false)
  })
})

test('says which binding and rule it was', () => {
  const policy = compilePolicy([bind('readers', 'namespace-read-only', organisation)], [])
  expect(decide(ada, kube(), policy, now)).toEqual({
    allowed: true,
    because: 'Binding readers, kubernetes[0] of role namespace-read-only.',
    binding: 'readers',
    role: 'namespace-read-only',
    rule: 'kubernetes[0]',
  })
  expect(decide(ada, kube({ resource: 'secrets' }), policy, now).because).toBe(
    'No binding lets ada list secrets in namespace shop in cluster alpha.',
  )
})

test('an admin token needs no binding, and nobody can be given its name', () => {
  const admin: Identity = { kind: 'token', id: '1', name: 'ada', groups: ['ops'] }
  const policy = compilePolicy([bind('b', 'r', organisation)], [role('r', {}, { kubernetes: [all] })])
  expect(decide(admin, kube(), policy, now)).toEqual({ allowed: true, because: 'The token "ada" is an admin token.' })
})
