import { expect, test } from 'vitest'
import { labelsOf } from '../test/agent.ts'
import { found, INSTANCE, ownedBy } from '../test/found.ts'
import { judge } from './judge.ts'

const scope = { instance: INSTANCE }

test('manager and instance together make an object ours, whatever it is called', () => {
  const ours = found('ConfigMap', 'anything')
  const byHelm = found('Secret', 'chart', { labels: { ...labelsOf(INSTANCE), 'app.kubernetes.io/managed-by': 'Helm' } })
  expect(judge([ours, byHelm], scope)).toEqual({ removes: [ours, byHelm], follows: [], keeps: [] })
})

test.for([
  ['no labels', {}],
  ['only the instance', { 'moorage.dev/instance': INSTANCE }],
  ['only the manager', { 'app.kubernetes.io/managed-by': 'moorage' }],
  ['another manager', { ...labelsOf(INSTANCE), 'app.kubernetes.io/managed-by': 'argocd' }],
  ['an instance that only begins like ours', labelsOf(INSTANCE.slice(0, 8))],
  ['no instance', labelsOf('')],
] as const)('an object of our name with %s is somebody else’s', ([, labels]) => {
  const object = found('ConfigMap', 'moorage-agent', { labels })
  expect(judge([object], scope)).toMatchObject({ removes: [], follows: [], keeps: [{ object }] })
})

test('what is of another hub is kept, and the other hub is named', () => {
  const object = found('ConfigMap', 'moorage-agent', { labels: labelsOf('other') })
  expect(judge([object], scope).keeps).toEqual([{ object, because: 'it is of another Moorage hub (other)' }])
  expect(judge([object], { all: true }).removes).toEqual([object])
})

test('what ours own goes with it, at any remove and in any order', () => {
  // As the Deployment hands its annotations on.
  const annotations = { 'moorage.dev/object': 'Deployment moorage-system/moorage-agent' }
  const deployment = found('Deployment', 'moorage-agent', { annotations })
  const replicaSet = found('ReplicaSet', 'moorage-agent-1', { ...ownedBy(deployment), annotations })
  const pod = found('Pod', 'moorage-agent-1-x', ownedBy(replicaSet))
  const { removes, follows, keeps } = judge([pod, replicaSet, deployment], scope)
  expect([removes, keeps]).toEqual([[deployment], []])
  expect(new Set(follows)).toEqual(new Set([replicaSet, pod]))
})

test('labels that a user’s template hands on do not make its pods ours', () => {
  const theirs = found('Deployment', 'app', { labels: { app: 'shop' } })
  const replicaSet = found('ReplicaSet', 'app-1', ownedBy(theirs))
  const pod = found('Pod', 'app-1-x', ownedBy(replicaSet))
  const { removes, follows, keeps } = judge([pod, replicaSet], scope)
  expect([removes, follows]).toEqual([[], []])
  expect(keeps.map(({ because }) => because)).toContain('it belongs to Deployment app, which is not of this Moorage')
})

test('a shared owner that is not ours keeps an object, and a circle of owners keeps itself', () => {
  const ours = found('Deployment', 'a')
  const both = found('Pod', 'p', { owners: [...ownedBy(ours).owners, { kind: 'Node', name: 'n', uid: 'n' }] })
  expect(judge([ours, both], scope)).toMatchObject({ removes: [ours], follows: [], keeps: [{ object: both }] })
  const a = found('ConfigMap', 'a')
  const b = found('ConfigMap', 'b', ownedBy(a))
  const circle = judge([{ ...a, ...ownedBy(b) }, b], scope)
  expect([circle.removes, circle.follows, circle.keeps.length]).toEqual([[], [], 2])
})

test('a copy with our labels is known by the name of its original, or by who made it', () => {
  const itself = found('ConfigMap', 'a', { annotations: { 'moorage.dev/object': 'ConfigMap moorage-system/a' } })
  const copy = { ...itself, namespace: 'shop', uid: 'copy' }
  const reflected = found('Secret', 'a', { annotations: { 'reflector.v1.k8s.emberstack.com/reflects': 'x/a' } })
  const handedDown = found('Role', 'a', { labels: { ...labelsOf(INSTANCE), 'hnc.x-k8s.io/inherited-from': 'x' } })
  const { removes, keeps } = judge([itself, copy, reflected, handedDown], scope)
  expect(removes).toEqual([itself])
  expect(keeps.map(({ because }) => because)).toEqual([
    'it is a copy of ConfigMap moorage-system/a',
    'it is a copy that another program made',
    'it is a copy that another program made',
  ])
})
