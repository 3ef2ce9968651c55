import { expect, test } from 'vitest'
import { dumpDifference, lastingDifference } from './dump.ts'

const namespace = (name: string, going = false) => ({
  [`/api/v1/namespaces//${name}`]: { metadata: { name, ...(going ? { deletionTimestamp: 'now' } : {}) } },
})
const inside = (name: string, value = 1) => ({ [`/api/v1/configmaps/${name}/c`]: { metadata: {}, value } })
const role = (value: number) => ({
  '/apis/rbac.authorization.k8s.io/v1/clusterroles//system:a': { metadata: {}, value },
})

test('what is more, less and other is told', () => {
  const before = { ...namespace('a'), ...inside('a'), ...role(1) }
  const after = { ...namespace('a'), ...role(2), ...namespace('b') }
  const lines = dumpDifference(before, after)
  expect(lines.map(line => line.split(': {')[0])).toEqual([
    '- /api/v1/configmaps/a/c',
    '+ /api/v1/namespaces//b',
    '~ /apis/rbac.authorization.k8s.io/v1/clusterroles//system:a',
  ])
  expect(lastingDifference(before, after)).toEqual(lines)
})

test('a namespace on its way out does not last, whether it begins or ends to be so', () => {
  const still = { ...namespace('a'), ...inside('a'), ...role(1) }
  const going = { ...namespace('b', true), ...inside('b') }
  expect(lastingDifference(still, { ...still, ...going })).toEqual([])
  expect(lastingDifference({ ...still, ...going }, still)).toEqual([])
  expect(lastingDifference({ ...still, ...going }, { ...still, ...going, ...inside('b', 2) })).toEqual([])
})

test('one that was there and is deleted now is a difference, and so is all that it held', () => {
  const before = { ...namespace('a'), ...inside('a') }
  expect(lastingDifference(before, { ...namespace('a', true) })).toEqual([
    '- /api/v1/configmaps/a/c',
    expect.stringContaining('~ /api/v1/namespaces//a: '),
  ])
})

test('what somebody has left outside of it is one, too', () => {
  const after = { ...namespace('b', true), ...role(1) }
  expect(lastingDifference({}, after)).toEqual(['+ /apis/rbac.authorization.k8s.io/v1/clusterroles//system:a'])
})
