import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { KubeRequest, KubeTransport } from '@moorage/kube/transport.ts'
import { expect, test } from 'vitest'
import { builtInRoles } from '../access/built-in-roles.ts'
import { compilePolicy } from '../access/policy.ts'
import { insertTestCluster } from '../api/fixtures/started-api.ts'
import { testStore } from '../store/fixtures/stores.ts'
import { objectsNamed } from '../store/ledger.ts'
import { openGrants } from './grants.ts'
import { sweepCluster } from './sweep-grants.ts'

/** A member that takes everything; `heard` is told of each request before it is answered. */
const member = (heard: (request: KubeRequest) => Promise<unknown>): KubeTransport => ({
  kind: 'direct',
  async request(request) {
    await heard(request)
    const answer = request.method === 'POST' ? { status: { allowed: true } } : { metadata: { uid: request.path } }
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Readable.from([JSON.stringify(answer)]),
      trailers: () => ({}),
    }
  },
  upgrade: () => Promise.reject(new Error('Nothing is upgraded here.')),
  async [Symbol.asyncDispose]() {},
})

test('a sweep between a role and its binding takes neither', async () => {
  await using store = await testStore('pglite', '')
  const id = await insertTestCluster(store, 'alpha')
  await store.db.updateTable('clusters').set({ mode: 'full' }).execute()
  const subjects = [{ kind: 'user' as const, name: 'ada' }]
  const scope = { kind: 'namespace' as const, project: 'default', namespaces: ['shop-*'] }
  const policy = compilePolicy(
    [{ name: 'shops', role: 'namespace-admin', subjects, scope, expiresAt: null }],
    builtInRoles,
  )
  const now = () => new Date()
  const asked: string[] = []
  const transport = member(async ({ method, path }) => {
    asked.push(`${method} ${path.split('?')[0]?.split('/').at(-2)}`)
    if (method === 'PATCH') await sweepCluster(sweeping, id)
  })
  const warn = expect.unreachable
  const connections = { transport: async () => transport }
  const sweeping = { store, instance: 'test', policy: { current: () => policy }, connections, now, warn }
  const grants = openGrants({ store, instance: 'test', policy: () => policy, now, clock: () => 0, warn })
  const cluster = { id, name: 'alpha', labels: {}, projects: ['default'], mode: 'full' as const }
  const who = { kind: 'user' as const, name: 'ada', groups: [] }
  await grants.ensure({ cluster, who, namespace: 'shop-1' }, transport)
  expect(asked.filter(line => !line.startsWith('POST'))).toEqual(['PATCH clusterroles', 'PATCH rolebindings'])
  const kinds = (await objectsNamed(store.db, id, 'moorage-access-')).map(({ kind }) => kind)
  expect(kinds).toEqual(['RoleBinding', 'ClusterRole'])
})

test('what nobody has used for long is not swept in the moment in which it is needed', async () => {
  await using store = await testStore('pglite', '')
  const id = await insertTestCluster(store, 'alpha')
  await store.db.updateTable('clusters').set({ mode: 'full' }).execute()
  const subjects = [{ kind: 'user' as const, name: 'ada' }]
  const scope = { kind: 'organisation' as const }
  const policy = compilePolicy([{ name: 'all', role: 'cluster-admin', subjects, scope, expiresAt: null }], builtInRoles)
  let time = Date.now()
  const now = () => new Date(time)
  const inMember = new Set<string>()
  let meanwhile = async () => {}
  const transport = member(async ({ method, path }) => {
    const name = path.split('?')[0] ?? ''
    if (method === 'PATCH') inMember.add(name)
    if (method !== 'DELETE') return
    const other = meanwhile
    meanwhile = async () => {}
    await other()
    inMember.delete(name)
  })
  const warn = expect.unreachable
  const deps = { store, instance: 'test', now, warn }
  const sweeping = { ...deps, policy: { current: () => policy }, connections: { transport: async () => transport } }
  const cluster = { id, name: 'alpha', labels: {}, projects: ['default'], mode: 'full' as const }
  const who = { kind: 'user' as const, name: 'ada', groups: [] }
  /** Of a hub that has just started: it believes nothing yet. */
  const ensure = () =>
    openGrants({ ...deps, policy: () => policy, clock: () => performance.now() }).ensure(
      { cluster, who, namespace: null },
      transport,
    )
  await ensure()
  expect(inMember.size).toBe(2)
  time += 9 * 3_600_000
  let needed: Promise<void> | undefined
  meanwhile = async () => {
    needed = ensure()
    // As far as it gets before the object is gone.
    await Promise.race([needed, delay(100)])
  }
  await sweepCluster(sweeping, id)
  await needed
  expect(needed).toBeDefined()
  expect(inMember.size).toBe(2)
  await sweepCluster(sweeping, id)
  expect(inMember.size).toBe(2)
})
