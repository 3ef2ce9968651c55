import { expect, test } from 'vitest'
import { found, ownedBy } from '../test/found.ts'
import { foreignAmong, inWords } from './foreign.ts'

const plain = { labels: {} }

test('what the cluster makes by itself is nobody’s; what users make is theirs', () => {
  const user = found('ConfigMap', 'settings', plain)
  const objects = [found('ServiceAccount', 'default', plain), found('ConfigMap', 'kube-root-ca.crt', plain), user]
  expect(foreignAmong(objects, new Set())).toEqual([user])
})

test('the Secrets of ServiceAccounts go with those, if a controller made them', () => {
  const annotations = { 'kubernetes.io/service-account.name': 'default' }
  const token = found('Secret', 'default-token-ab1c2', { ...plain, annotations })
  const claimed = found('Secret', 'default-token-ab1c3', plain)
  const theirs = found('Secret', 'app-token-ab1c2', {
    ...plain,
    annotations: { 'kubernetes.io/service-account.name': 'app' },
  })
  expect(foreignAmong([token, claimed, theirs], new Set())).toEqual([claimed, theirs])
  const account = found('ServiceAccount', 'app')
  expect(foreignAmong([theirs, account], new Set([account.uid]))).toEqual([])
})

test('what belongs to ours goes with ours, at any remove', () => {
  const deployment = found('Deployment', 'd')
  const replicaSet = found('ReplicaSet', 'r', { ...plain, ...ownedBy(deployment) })
  const pod = found('Pod', 'p', { ...plain, ...ownedBy(replicaSet) })
  const stray = found('Pod', 's', { ...plain, ...ownedBy(found('ReplicaSet', 'x')) })
  expect(foreignAmong([pod, replicaSet, deployment, stray], new Set([deployment.uid]))).toEqual([stray])
})

test('a few are named, the rest are counted', () => {
  const objects = ['a', 'b', 'c', 'd', 'e'].map(name => found('Secret', name))
  expect(inWords(objects)).toBe('Secret moorage-system/a, Secret moorage-system/b, Secret moorage-system/c and 2 more')
})
