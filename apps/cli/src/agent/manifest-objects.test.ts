import { expect, test } from 'vitest'
import { manifestObjects } from './manifest-objects.ts'

const document = (kind: string, more = '') =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: a\n${more}  labels: {moorage.dev/instance: one}\n`

test('the documents of a manifest are objects with their paths, in their order', () => {
  const found = manifestObjects(
    [document('Namespace'), document('ConfigMap', '  namespace: n\n'), document('ClusterRole')].join('---\n'),
  )
  expect(found.map(({ title, path, instance }) => ({ title, path, instance }))).toEqual([
    { title: 'Namespace a', path: '/api/v1/namespaces/a', instance: 'one' },
    { title: 'ConfigMap n/a', path: '/api/v1/namespaces/n/configmaps/a', instance: 'one' },
    { title: 'ClusterRole a', path: '/apis/rbac.authorization.k8s.io/v1/clusterroles/a', instance: 'one' },
  ])
})

test('what is not an agent’s manifest is refused as a whole', () => {
  for (const text of [
    document('Pod', '  namespace: n\n'),
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n',
    `${document('Namespace')}---\n`,
    '<html>',
    'a: [',
  ])
    expect(() => manifestObjects(text)).toThrow('not the manifest of an agent')
})
