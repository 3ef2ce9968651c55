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
