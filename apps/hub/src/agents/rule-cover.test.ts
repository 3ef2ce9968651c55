import fc from 'fast-check'
import { expect, test } from 'vitest'
import { modeRules, type PolicyRule } from './mode-rules.ts'
import { rightsBeyond, sameRules } from './rule-cover.ts'

const rule = (verbs: string, resources: string, more: Partial<PolicyRule> = {}): PolicyRule => ({
  apiGroups: [''],
  resources: resources.split(','),
  verbs: verbs.split(','),
  ...more,
})

test.each<[string, PolicyRule[], PolicyRule[], string[]]>([
  ['the same, told otherwise', [rule('get', 'pods'), rule('list', 'pods')], [rule('list,get', 'pods')], []],
  ['a verb more', [rule('get', 'pods')], [rule('get,delete', 'pods')], ['delete pods']],
  ['another group', [rule('get', 'pods')], [rule('get', 'pods', { apiGroups: ['x.io'] })], ['get pods.x.io']],
  ['every resource has its subresources', [rule('get', '*')], [rule('get', 'pods/log,nodes')], []],
  ['a resource has none', [rule('get', 'pods')], [rule('get', 'pods/log')], ['get pods/log']],
  ['one subresource of all', [rule('get', '*/scale')], [rule('get', 'deployments/scale')], []],
  [
    'one by name is not all',
    [rule('get', 'secrets', { resourceNames: ['a'] })],
    [rule('get', 'secrets')],
    ['get secrets'],
  ],
  ['all have each by name', [rule('get', 'secrets')], [rule('get', 'secrets', { resourceNames: ['a'] })], []],
  [
    'another name',
    [rule('get', 'secrets', { resourceNames: ['a'] })],
    [rule('get', 'secrets', { resourceNames: ['a', 'b'] })],
    ['get secrets b'],
  ],
  ['a wildcard where there was a list', [rule('get', 'pods')], [rule('get', '*')], ['get *']],
  [
    'addresses',
    [{ nonResourceURLs: ['/metrics*'], verbs: ['get'] }],
    [{ nonResourceURLs: ['/metrics/x'], verbs: ['get'] }],
    [],
  ],
  ['another address', [], [{ nonResourceURLs: ['/healthz'], verbs: ['get'] }], ['get /healthz']],
])('%s', (_, have, want, beyond) => {
  expect(rightsBeyond(have, want)).toEqual(beyond)
})

test('rules are the same in whichever order an API server gives their fields', () => {
  const one = [rule('get,list', 'pods')]
  expect(sameRules(one, [{ verbs: ['get', 'list'], resources: ['pods'], apiGroups: [''] }])).toBe(true)
  expect(sameRules(one, [rule('get', 'pods')])).toBe(false)
  expect(sameRules(one, [rule('get,list', 'pods', { resourceNames: ['a'] })])).toBe(false)
})

test('full mode has all of read-only, and not the other way round', () => {
  expect(rightsBeyond(modeRules('full'), modeRules('read-only'))).toEqual([])
  expect(rightsBeyond(modeRules('read-only'), modeRules('full'))).toContain('impersonate users')
})

test('what is had is never beyond, and what nobody gave always is', () => {
  const words = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd/e'), { minLength: 1, maxLength: 3 })
  const rules = fc.array(
    fc.record({
      apiGroups: words,
      resources: words,
      verbs: words,
      resourceNames: fc.option(words, { nil: undefined }),
    }),
    { maxLength: 4 },
  ) as fc.Arbitrary<PolicyRule[]>
  fc.assert(
    fc.property(rules, rules, (have, want) => {
      expect(rightsBeyond([...have, ...want], want)).toEqual([])
      expect(rightsBeyond(have, [{ apiGroups: ['z'], resources: ['z'], verbs: ['z'] }])).toEqual(['z z.z'])
      expect(rightsBeyond(have, want.slice(1)).every(right => rightsBeyond(have, want).includes(right))).toBe(true)
    }),
  )
})
