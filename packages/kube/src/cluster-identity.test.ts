import { expect, test } from 'vitest'
import { parseVersion, tooOld } from './cluster-identity.ts'

test('the forms that vendors give their versions', () => {
  const numbers = [
    'v1.36.3',
    'v1.33.4-eks-3a2f1b9',
    'v1.31.7+k3s1',
    'v1.30.2-gke.1500',
    'v1.29.1-aliyun.1',
    'v1.28.0-rc.0',
  ].map(version => parseVersion(version)?.minor)
  expect(numbers).toEqual([36, 33, 31, 30, 29, 28])
})

test('what is no version', () => {
  for (const text of ['', 'v1', '1.x', 'v1.2.3 and more', 'hello', `v1.28.${'x'.repeat(200)}`])
    expect(parseVersion(text)).toBeNull()
})

test('too old is below 1.28', () => {
  const old = (major: number, minor: number) => tooOld({ major, minor })
  expect([old(1, 27), old(1, 28), old(1, 36), old(2, 0), old(0, 99)]).toEqual([true, false, false, false, true])
})
