import { expect, test } from 'vitest'
import { askedFrom, askedWho } from './asked.ts'

test('a resource has its group behind a dot and its subresource behind a slash', () => {
  expect(askedFrom('get', 'deployments.apps/scale', 'web', { cluster: 'prod', namespace: 'shop' })).toEqual({
    cluster: 'prod',
    verb: 'get',
    namespace: 'shop',
    resource: 'deployments',
    apiGroup: 'apps',
    subresource: 'scale',
    name: 'web',
  })
  expect(askedFrom('get', '/metrics', undefined, { cluster: 'prod' })).toMatchObject({ path: '/metrics' })
})

test.each([
  ['deployments', 'deployments', 'apps'],
  ['deploy', 'deployments', 'apps'],
  ['Ingress', 'ingresses', 'networking.k8s.io'],
  ['netpol', 'networkpolicies', 'networking.k8s.io'],
  ['componentstatus', 'componentstatuses', ''],
  ['StorageClass', 'storageclasses', 'storage.k8s.io'],
  ['lease', 'leases', 'coordination.k8s.io'],
  ['deploy.apps', 'deployments', 'apps'],
  ['pods.metrics.k8s.io', 'pods', 'metrics.k8s.io'],
  ['widgets', 'widgets', ''],
  ['widgets.example.org', 'widgets', 'example.org'],
])('%s is %s of group "%s", as with kubectl', (word, resource, apiGroup) => {
  expect(askedFrom('get', word, undefined, { cluster: 'prod' })).toMatchObject({ resource, apiGroup })
})

test.each(['pods/', 'pods/log/x', ''])('"%s" is no resource', what => {
  expect(() => askedFrom('get', what, undefined, { cluster: 'prod' })).toThrow('is no resource')
})

test.each([
  ['ada', { as: 'ada', asKind: 'user' }],
  ['user/ada', { as: 'ada', asKind: 'user' }],
  ['service-account/ci', { as: 'ci', asKind: 'service-account' }],
  ['group/ops', { as: 'group/ops', asKind: 'user' }],
])('whoever is asked about as %s', (as, who) => {
  expect(askedWho(as, undefined)).toEqual(who)
  expect(askedWho(as, ['dev', 'ops'])).toEqual({ ...who, groups: 'dev,ops' })
})

test('nobody is named: it is about oneself, whose groups are known', () => {
  expect(askedWho(undefined, undefined)).toEqual({})
  expect(() => askedWho(undefined, ['dev'])).toThrow('--group is for --as')
})
