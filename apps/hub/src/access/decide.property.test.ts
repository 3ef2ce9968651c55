import type { AccessRequest } from '@moorage/contract/access-request.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { builtInRoles } from './built-in-roles.ts'
import { decide } from './decide.ts'
import * as any from './fixtures/arbitrary-access.ts'
import { NOON } from './fixtures/arbitrary-access.ts'
import { type BindingFacts, compilePolicy } from './policy.ts'
import { isHarmless } from './read-only-mode.ts'

const runs = { numRuns: 1000 }
const OWN = ['get identity', 'get hub']
const isOwn = (request: AccessRequest) => request.kind === 'hub' && OWN.includes(`${request.verb} ${request.resource}`)

describe('decide, whatever the bindings', () => {
  test('allows nothing without a binding that names the subject and has not ended', () => {
    fc.assert(
      fc.property(any.identity, any.request, any.bindings, any.roles(true), (who, request, bindings, roles) => {
        const decision = decide(who, request, compilePolicy(bindings, roles), NOON)
        if (!decision.allowed || (isOwn(request) && decision.binding === undefined)) return
        const named = bindings.find(({ name }) => name === decision.binding)
        expect(
          named?.subjects.some(({ kind, name }) =>
            kind === 'group' ? who.groups.includes(name) : kind === who.kind && name === who.name,
          ),
        ).toBe(true)
        expect(named?.expiresAt === null || named!.expiresAt! > NOON).toBe(true)
        expect(decision.because).toContain(decision.binding)
        expect(decision.because).toContain(decision.rule)
        expect(decision.because).toContain(named!.role)
      }),
      runs,
    )
  })

  test('one that forbids wins over any that allow', () => {
    fc.assert(
      fc.property(
        any.identity,
        any.request,
        any.bindings,
        any.roles(true),
        any.role('r0', true),
        any.scope,
        (who, request, bindings, roles, role, scope) => {
          const subjects = [{ kind: who.kind as 'user', name: who.name }]
          const mine = { name: 'a0', role: 'r0', subjects, scope, expiresAt: null }
          const alone = decide(who, request, compilePolicy([mine], [role]), NOON)
          if (alone.rule?.startsWith('deny.') !== true) return
          const all = [
            mine,
            ...bindings,
            { name: 'z', role: 'super-admin', subjects, scope: { kind: 'organisation' as const }, expiresAt: null },
          ]
          expect(decide(who, request, compilePolicy(all, [role, ...roles]), NOON).allowed).toBe(false)
        },
      ),
      runs,
    )
  })

  test('more bindings never take a right away, unless they forbid', () => {
    fc.assert(
      fc.property(
        any.identity,
        any.request,
        any.bindings,
        any.bindings,
        any.roles(false),
        (who, request, some, more, roles) => {
          const before = decide(who, request, compilePolicy(some, roles), NOON).allowed
          const all = [...some, ...more.map(each => ({ ...each, name: `more-${each.name}` }))]
          const after = decide(who, request, compilePolicy(all, roles), NOON).allowed
          expect(after || !before).toBe(true)
        },
      ),
      runs,
    )
  })

  test('allows no more than some binding does alone: rules of several never add up', () => {
    fc.assert(
      fc.property(any.identity, any.request, any.bindings, any.roles(false), (who, request, bindings, roles) => {
        const together = decide(who, request, compilePolicy(bindings, roles), NOON).allowed
        const alone = bindings.some(one => decide(who, request, compilePolicy([one], roles), NOON).allowed)
        expect(together).toBe(alone || isOwn(request))
      }),
      runs,
    )
  })

  test('says the same whatever the order in which bindings are stored', () => {
    fc.assert(
      fc.property(any.identity, any.request, any.bindings, any.roles(true), (who, request, bindings, roles) => {
        const said = decide(who, request, compilePolicy(bindings, roles), NOON)
        expect(decide(who, request, compilePolicy(bindings.toReversed(), roles.toReversed()), NOON)).toEqual(said)
      }),
      { numRuns: 500 },
    )
  })

  test('what a list over all namespaces shows is allowed in each of them', () => {
    const namespaces = ['shop', 'shop-vault', 'team-a', 'kube-system']
    fc.assert(
      fc.property(any.identity, any.kubeRequest, any.bindings, any.roles(true), (who, asked, bindings, roles) => {
        const policy = compilePolicy(bindings, roles)
        const request = { ...asked, verb: 'list', resource: 'widgets', name: null, namespace: null }
        if (!decide(who, request, policy, NOON).allowed) return
        for (const namespace of namespaces)
          expect(decide(who, { ...request, namespace }, policy, NOON).allowed).toBe(true)
      }),
      runs,
    )
  })
})

describe('roles that read', () => {
  const readers = builtInRoles.filter(({ name }) => name.endsWith('read-only'))
  const dangerous = ['exec', 'attach', 'portforward', 'proxy', 'ephemeralcontainers', 'eviction', 'token']

  test('are three', () => expect(readers).toHaveLength(3))

  test('never match a Secret, a way into a pod, or a change, whatever the verb', () => {
    const resource = fc.constantFrom(
      'pods',
      'services',
      'nodes',
      'secrets',
      'deployments',
      'serviceaccounts',
      'widgets',
    )
    fc.assert(
      fc.property(
        any.identity,
        any.kubeRequest,
        resource,
        fc.option(fc.constantFrom(...dangerous)),
        any.scope,
        fc.constantFrom(...readers),
        (who, asked, kind, subresource, scope, role) => {
          const subjects = [{ kind: who.kind as 'user', name: who.name }]
          const policy = compilePolicy([{ name: 'b', role: role.name, subjects, scope, expiresAt: null }], [])
          const request = { ...asked, apiGroup: kind === 'deployments' ? 'apps' : '', resource: kind, subresource }
          const { allowed } = decide(who, request, policy, NOON)
          if (subresource !== null || kind === 'secrets' || kind === 'widgets') expect(allowed).toBe(false)
          if (!['get', 'list', 'watch'].includes(request.verb)) expect(allowed).toBe(false)
        },
      ),
      runs,
    )
  })

  test('hold no star, and change nothing of Moorage', () => {
    for (const role of readers) {
      expect(JSON.stringify([role.permissions, role.kubernetes, role.nonResource])).not.toContain('*')
      for (const { verbs } of role.permissions) expect(['get', 'list', 'watch']).toEqual(expect.arrayContaining(verbs))
    }
  })
})

describe('a read-only cluster', () => {
  test('lets nobody do more than read what is enumerated, an admin token included', () => {
    const admin = { kind: 'token' as const, id: '1', name: 'first', groups: [] }
    fc.assert(
      fc.property(any.kubeRequest, asked => {
        const request = { ...asked, cluster: { ...asked.cluster, mode: 'read-only' as const } }
        const { allowed } = decide(admin, request, compilePolicy([], []), NOON)
        if (!allowed || isHarmless(request)) return
        expect(['get', 'list', 'watch']).toContain(request.verb)
        expect(request.subresource).toBeNull()
        expect(request.resource).not.toBe('secrets')
      }),
      runs,
    )
  })
})

describe('the leak of a union', () => {
  // Others collect the groups of all roles and the rules of all roles: who is an admin somewhere then reads everything everywhere.
  test('does not happen: each rule is for the subjects and the place of its own binding', () => {
    const ada = { kind: 'user' as const, id: '1', name: 'ada', groups: ['admins'] }
    const bindings: BindingFacts[] = [
      {
        name: 'small',
        role: 'cluster-admin',
        subjects: [{ kind: 'group', name: 'admins' }],
        scope: { kind: 'cluster', cluster: 'sandbox' },
        expiresAt: null,
      },
      {
        name: 'wide',
        role: 'namespace-read-only',
        subjects: [{ kind: 'user', name: 'ada' }],
        scope: { kind: 'organisation' },
        expiresAt: null,
      },
    ]
    const policy = compilePolicy(bindings, [])
    const facts = (name: string) => ({ id: name, name, labels: {}, projects: ['default'], mode: 'full' as const })
    const secrets = (name: string) => ({
      kind: 'kubernetes' as const,
      cluster: facts(name),
      verb: 'list',
      apiGroup: '',
      resource: 'secrets',
      subresource: null,
      name: null,
      namespace: null,
    })
    expect(decide(ada, secrets('sandbox'), policy, NOON)).toMatchObject({ allowed: true, binding: 'small' })
    expect(decide(ada, secrets('prod'), policy, NOON)).toMatchObject({ allowed: false })
    expect(decide(ada, { ...secrets('prod'), resource: 'pods' }, policy, NOON)).toMatchObject({
      allowed: true,
      binding: 'wide',
    })
  })
})
