import type { KubernetesRule, Resource, Role, Scope } from '@moorage/contract/access.ts'
import { expect, test } from 'vitest'
import { compilePolicy } from './policy.ts'
import { sightOf } from './visible.ts'

const who = { kind: 'user' as const, id: '1', name: 'ada', groups: [] }
const alpha = { id: 'c1', name: 'alpha', labels: {}, projects: ['default'], mode: 'full' as const }
const nothing = { permissions: [], kubernetes: [], nonResource: [] }
const all: KubernetesRule = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }
const organisation: Scope = { kind: 'organisation' }

function seen(rule: KubernetesRule, scope: Scope, resource: Resource = 'inventory', cluster = alpha) {
  const role: Role = {
    ...{ name: 'closed', description: '', builtIn: false, ...nothing },
    deny: { ...nothing, kubernetes: [rule] },
  }
  const subjects = [{ kind: 'user' as const, name: 'ada' }]
  const rest = { subjects, expiresAt: null }
  const bindings = [
    { name: 'a', role: 'cluster-admin', scope: organisation, ...rest },
    { name: 'b', role: 'closed', scope, ...rest },
  ]
  const policy = compilePolicy(bindings, [role])
  return sightOf({ who, verb: 'list', resource, policy, now: new Date(0) })(cluster)?.except
}

test('what a role closes in clusters is not shown by the hub either', () => {
  const vault = { ...all, namespaces: ['shop-vault'] }
  const inNamespaces = (namespaces: string[]): Scope => ({ kind: 'namespace', cluster: 'alpha', namespaces })
  expect(seen(vault, organisation)).toEqual(['shop-vault'])
  expect(seen(vault, organisation, 'events')).toEqual(['shop-vault'])
  expect(seen({ ...vault, verbs: ['get', 'list', 'watch'] }, organisation)).toEqual(['shop-vault'])
  expect(seen(all, inNamespaces(['shop-*']))).toEqual(['shop-*'])
  expect(seen(vault, inNamespaces(['shop-*']))).toEqual(['shop-vault'])
})

test('what a role forbids in part, elsewhere or of other things is shown', () => {
  const vault = { ...all, namespaces: ['shop-vault'] }
  const beta = { ...alpha, id: 'c2', name: 'beta' }
  expect(seen({ ...vault, verbs: ['delete'] }, organisation)).toEqual([])
  expect(seen({ ...vault, resources: ['secrets'] }, organisation)).toEqual([])
  expect(seen({ ...vault, resourceNames: ['key'] }, organisation)).toEqual([])
  expect(seen(vault, { kind: 'cluster', cluster: 'alpha' }, 'inventory', beta)).toEqual([])
  expect(seen(vault, { kind: 'namespace', cluster: 'alpha', namespaces: ['web'] })).toEqual([])
  expect(seen(vault, organisation, 'clusters')).toEqual([])
})
