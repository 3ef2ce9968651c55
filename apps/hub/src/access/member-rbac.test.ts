import { Role, type Rules, type Scope, type Subject } from '@moorage/contract/access.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyOfObject, memberRbac } from './member-rbac.ts'
import { compilePolicy } from './policy.ts'

const now = new Date('2026-03-01T00:00:00Z')
const cluster = { id: 'c1', name: 'alpha', labels: { env: 'prod' }, projects: ['default'], mode: 'full' as const }
const ada: Subject = { kind: 'user', name: 'ada' }
const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }

const role = (rules: Partial<Rules>) =>
  Role.parse({ name: 'reader', description: '', permissions: [], builtIn: false, deny: {}, ...rules })

function objects(
  rules: Partial<Rules>,
  scope: Scope,
  {
    subjects = [ada],
    expiresAt = null,
    namespace = null,
  }: { subjects?: Subject[]; expiresAt?: Date | null; namespace?: string | null } = {},
) {
  const policy = compilePolicy([{ name: 'b', role: 'reader', subjects, scope, expiresAt }], [role(rules)])
  return memberRbac(policy.bindings, { cluster, namespace, instance: '0123456789', now })
}

const everywhere: Scope = { kind: 'organisation' }
const inShops: Scope = { kind: 'namespace', cluster: 'alpha', namespaces: ['shop-*'] }

test('a role for the cluster is bound once, to the names that the member sees', () => {
  const subjects: Subject[] = [ada, { kind: 'group', name: 'ops' }, { kind: 'service-account', name: 'ci' }]
  const [made, bound, ...rest] = objects(
    { kubernetes: [pods], nonResource: [{ paths: ['/metrics'], verbs: ['get'] }] },
    everywhere,
    { subjects, namespace: 'shop' },
  )
  expect(rest).toEqual([])
  expect(made).toMatchObject({ kind: 'ClusterRole', rules: [pods, { nonResourceURLs: ['/metrics'], verbs: ['get'] }] })
  expect(made?.metadata.labels).toEqual({
    'app.kubernetes.io/managed-by': 'moorage',
    'moorage.dev/instance': '0123456789',
  })
  expect(bound).toMatchObject({
    kind: 'ClusterRoleBinding',
    roleRef: { kind: 'ClusterRole', name: made?.metadata.name },
  })
  expect(bound?.subjects?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'User moorage:ada',
    'Group moorage:ops',
    'User moorage:service-account/ci',
  ])
})

test('a role for namespaces is bound in the one that is asked about, if it is one of them', () => {
  expect(objects({ kubernetes: [pods] }, inShops)).toEqual([])
  expect(objects({ kubernetes: [pods] }, inShops, { namespace: 'vault' })).toEqual([])
  expect(objects({ kubernetes: [pods] }, inShops, { namespace: 'shop-1' })).toMatchObject([
    { kind: 'ClusterRole', rules: [pods] },
    { kind: 'RoleBinding', metadata: { namespace: 'shop-1' } },
  ])
})

test('paths are for nobody who has namespaces alone', () => {
  const rules = { kubernetes: [pods], nonResource: [{ paths: ['*'], verbs: ['get'] }] }
  expect(objects(rules, inShops, { namespace: 'shop-1' })[0]?.rules).toEqual([pods])
})

test('rules of one role that name namespaces of their own hold in these', () => {
  const logs = { apiGroups: [''], resources: ['pods/log'], verbs: ['get'], namespaces: ['shop-*'] }
  const kinds = (namespace: string | null) =>
    objects({ kubernetes: [pods, logs] }, everywhere, { namespace }).map(({ kind }) => kind)
  expect(kinds(null)).toEqual(['ClusterRole', 'ClusterRoleBinding'])
  expect(kinds('vault')).toEqual(['ClusterRole', 'ClusterRoleBinding'])
  expect(kinds('shop-1')).toEqual(['ClusterRole', 'ClusterRoleBinding', 'ClusterRole', 'RoleBinding'])
})

test('nothing is made for what has ended, is elsewhere, or is about Moorage alone', () => {
  expect(objects({ kubernetes: [pods] }, everywhere, { expiresAt: now })).toEqual([])
  expect(objects({ kubernetes: [pods] }, { kind: 'cluster', cluster: 'beta' })).toEqual([])
  expect(objects({ permissions: [{ resources: ['*'], verbs: ['*'] }] }, everywhere)).toEqual([])
})

test('what is in an object is in its name: another role, other people, another name', () => {
  const some = fc.record({
    verbs: fc.subarray(['get', 'list', 'delete'], { minLength: 1 }),
    subjects: fc.uniqueArray(fc.constantFrom('ada', 'bob', 'eve'), { minLength: 1 }),
  })
  const keys = ({ verbs, subjects }: { verbs: string[]; subjects: string[] }) =>
    objects({ kubernetes: [{ ...pods, verbs }] }, everywhere, {
      subjects: subjects.map(name => ({ kind: 'user', name })),
    })
  fc.assert(
    fc.property(some, some, (one, other) => {
      const [a, b] = [keys(one), keys(other)]
      for (const object of a) {
        const same = b.find(each => keyOfObject(each) === keyOfObject(object))
        if (same !== undefined) expect(same).toEqual(object)
        else expect(b).not.toContainEqual(object)
      }
    }),
  )
})
