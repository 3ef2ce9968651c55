import { TokenScope } from '@moorage/contract/hub.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide } from './decide.ts'
import { bindings, cluster, identity, NOON, request, roles } from './fixtures/arbitrary-access.ts'
import { compilePolicy } from './policy.ts'
import { outsideScope } from './token-scope.ts'
import { sightOf } from './visible.ts'

const alpha = { id: 'c1', name: 'alpha', labels: {}, projects: ['default'], mode: 'full' as const }
const scope = fc
  .record(
    {
      readOnly: fc.boolean(),
      clusters: fc.constantFrom<string[][]>(['alpha'], ['alpha', 'beta'], ['other']),
      namespaces: fc.constantFrom<string[][]>(['shop'], ['team-*', 'shop'], ['*']),
    },
    { requiredKeys: [] },
  )
  .filter(value => Object.keys(value).length > 0)
const policy = fc.tuple(bindings, roles(true)).map(([all, custom]) => compilePolicy(all, custom))

describe('a token’s scope', () => {
  test('only ever takes away', () => {
    fc.assert(
      fc.property(identity, scope, request, policy, (who, limits, asked, rules) => {
        const limited = decide({ ...who, scope: limits }, asked, rules, NOON)
        if (limited.allowed) expect(decide(who, asked, rules, NOON)).toEqual(limited)
      }),
    )
  })

  test('shows no cluster outside of it, and nothing that its owner does not see', () => {
    fc.assert(
      fc.property(identity, scope, cluster, policy, (who, limits, facts, rules) => {
        const asked = { verb: 'list', resource: 'inventory', policy: rules, now: NOON } as const
        const seen = sightOf({ ...asked, who: { ...who, scope: limits } })(facts)
        if (seen === null) return
        expect(limits.clusters ?? [facts.name]).toContain(facts.name)
        expect(sightOf({ ...asked, who })(facts)).not.toBeNull()
        if (limits.namespaces !== undefined) expect(seen.everywhere).toBe(false)
      }),
    )
  })

  const kube = (verb: string, resource: string, namespace: string | null, subresource: string | null = null) =>
    ({ kind: 'kubernetes', cluster: alpha, verb, apiGroup: '', resource, subresource, name: null, namespace }) as const

  test.each([
    [{ readOnly: true }, kube('list', 'pods', 'shop'), null],
    [{ readOnly: true }, kube('get', 'secrets', 'shop'), 'readOnly'],
    [{ readOnly: true }, kube('get', 'pods', 'shop', 'exec'), 'readOnly'],
    [{ readOnly: true }, kube('delete', 'pods', 'shop'), 'readOnly'],
    [{ clusters: ['alpha'] }, kube('delete', 'pods', 'shop'), null],
    [{ clusters: ['beta'] }, kube('list', 'pods', 'shop'), 'clusters'],
    [{ namespaces: ['team-*'] }, kube('list', 'pods', 'team-a'), null],
    [{ namespaces: ['team-*'] }, kube('list', 'pods', null), 'namespaces'],
    [{ namespaces: ['team-*'] }, kube('list', 'pods', 'shop'), 'namespaces'],
  ] as const)('%j lets %o: %s', (limits, asked, expected) => {
    expect(outsideScope(TokenScope.parse(limits), asked)).toBe(expected)
  })

  test('that says nothing is none', () => {
    expect(TokenScope.safeParse({}).success).toBe(false)
  })
})
