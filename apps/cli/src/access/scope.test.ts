import { Scope } from '@moorage/contract/access.ts'
import { expect, test } from 'vitest'
import { scopeFrom, showScope } from './scope.ts'

test.each([
  [{ organisation: true as const }, 'organisation'],
  [{ project: 'pay' }, 'project pay'],
  [{ cluster: 'alpha' }, 'cluster alpha'],
  [{ labels: 'env=prod' }, 'clusters env=prod'],
  [{ selector: 'env=prod' }, 'clusters env=prod'],
  [{ cluster: 'alpha', namespace: ['shop-*', 'web'] }, 'shop-*,web in cluster alpha'],
  [{ project: 'pay', namespace: ['shop'] }, 'shop in project pay'],
  [{ labels: 'env', namespace: ['shop'] }, 'shop in clusters env'],
])('%j is a scope of the contract', (options, words) => {
  const scope = scopeFrom(options)
  expect(Scope.parse(scope)).toEqual(scope)
  expect(showScope(scope)).toBe(words)
})

test.each([
  [{}, 'does not say where'],
  [{ project: 'pay', cluster: 'alpha' }, 'more than once'],
  [{ selector: 'env', labels: 'env' }, 'more than once'],
  [{ organisation: true as const, namespace: ['shop'] }, 'Namespaces are of clusters'],
])('%j is refused', (options, because) => {
  expect(() => scopeFrom(options)).toThrow(because)
})
