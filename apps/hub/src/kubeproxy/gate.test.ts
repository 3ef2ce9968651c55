import type { IncomingMessage } from 'node:http'
import type { Scope } from '@moorage/contract/access.ts'
import type { ClusterFacts } from '@moorage/contract/access-request.ts'
import { expect, test } from 'vitest'
import { decide } from '../access/decide.ts'
import type { Authenticated } from '../access/identity.ts'
import { compilePolicy } from '../access/policy.ts'
import type { AuditEntry } from '../audit/audit.ts'
import type { ProxyDeps } from './deps.ts'
import { type Asked, admit } from './gate.ts'
import type { Member } from './members.ts'

const facts: ClusterFacts = { id: '1', name: 'alpha', labels: {}, projects: ['default'], mode: 'full' }
const ada: Authenticated = {
  identity: { kind: 'user', id: '1', name: 'ada', groups: [] },
  via: { kind: 'bearer', tokenId: 't' },
}
const shop: Scope = { kind: 'namespace', cluster: 'alpha', namespaces: ['shop'] }

/** What becomes of a request of somebody with a role, and what the audit says of it. */
async function ask(method: string, target: string, { role = 'namespace-admin', scope = shop, as = 'connection' } = {}) {
  const subjects = [{ kind: 'user' as const, name: 'ada' }]
  const policy = compilePolicy([{ name: 'b', role, scope, subjects, expiresAt: null }], [])
  const lines: AuditEntry[] = []
  const member = { facts, transport: async () => ({ kind: 'direct' }), acting: async () => ({ as, extra: false }) }
  const deps = {
    authenticate: async () => ada,
    members: { find: async () => member as unknown as Member, forget: () => {} },
    decide: (who, request) => decide(who, request, policy, new Date(0)),
    groupsOf: () => [],
    audit: { record: async (line: AuditEntry) => void lines.push(line) },
    reads: { writes: true, note: (line: AuditEntry) => void lines.push(line), [Symbol.asyncDispose]: async () => {} },
    grants: { ensure: async () => {}, doubt: () => {}, tryOut: async () => null },
    crowd: { enter: () => ({ [Symbol.dispose]: () => {} }) },
  } as Partial<ProxyDeps> as ProxyDeps
  const headers = { host: 'hub', authorization: 'Bearer x' }
  const request = { method, url: `/k8s/alpha${target}`, headers, rawHeaders: ['Host', 'hub'] } as unknown
  const asked: Asked = {
    ...{ id: 'r', request: request as IncomingMessage, address: '127.0.0.1', startedAt: 0 },
    ...{ signal: new AbortController().signal, begun: () => {} },
  }
  const outcome = await admit(deps, asked).then(
    () => 'through',
    error => error.reason as string,
  )
  return { outcome, lines: lines.map(({ allowed, status }) => ({ allowed, status })) }
}

const ROLE_BINDINGS = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings'

test('where a member takes everybody for the hub, only who may do everything changes its rights', async () => {
  expect(await ask('DELETE', `${ROLE_BINDINGS}/x`)).toEqual({
    outcome: 'Forbidden',
    lines: [
      { allowed: true, status: null },
      { allowed: false, status: 403 },
    ],
  })
  expect(await ask('DELETE', `${ROLE_BINDINGS}/x`, { as: 'person' })).toMatchObject({ outcome: 'through' })
  expect(await ask('GET', ROLE_BINDINGS)).toMatchObject({ outcome: 'through' })
  expect(await ask('DELETE', '/api/v1/namespaces/shop/pods/x')).toMatchObject({ outcome: 'through' })
  const inNamespace = { role: 'cluster-admin', scope: shop }
  expect(await ask('DELETE', `${ROLE_BINDINGS}/x`, inNamespace)).toMatchObject({ outcome: 'Forbidden' })
  const everything = { role: 'cluster-admin', scope: { kind: 'cluster', cluster: 'alpha' } as Scope }
  expect(await ask('DELETE', `${ROLE_BINDINGS}/x`, everything)).toMatchObject({ outcome: 'through' })
})
