import { readFileSync } from 'node:fs'
import type { Change } from '@moorage/contract/hub.ts'
import { directTransport } from '@moorage/kube/direct.ts'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { apiClient } from '@moorage/testkit/api-client.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { testStore } from '../store/fixtures/stores.ts'
import type { Store } from '../store/store.ts'
import { testCluster } from './fixtures/inventory.ts'
import { readMetrics } from './metrics.ts'
import { startInventory } from './run.ts'
import { searchInventory } from './search.ts'
import { readInventorySync } from './sync.ts'

const kubeconfig = readFileSync(inject('kubeconfig'), 'utf8')
const api = apiClient(kubeconfig)
const direct = directTransport(readKubeconfig(kubeconfig))
const namespace = `inventory-${process.pid}`
const now = () => new Date()
const log = { warn: (fields: object, message: string) => console.warn(message, fields) }

let store: Store
beforeAll(async () => {
  store = await testStore('pglite', '')
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
})
afterAll(async () => {
  await api.delete(`/api/v1/namespaces/${namespace}`)
  await direct[Symbol.asyncDispose]()
  await api[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

/** A transport that notes what it is asked. */
const counting = (paths: string[]): KubeTransport => ({
  kind: direct.kind,
  request: (request, signal) => {
    paths.push(`${request.method} ${request.path}`)
    return direct.request(request, signal)
  },
  upgrade: (request, signal) => direct.upgrade(request, signal),
  [Symbol.asyncDispose]: async () => {},
})

const service = (name: string, port: number) =>
  api.apply({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { ports: [{ port }] } })
const ports = async (cluster: { name: string }) =>
  Object.fromEntries(
    (
      await searchInventory({ store, now }, { q: `kind:Service ns:${namespace} cluster:${cluster.name}`, limit: 100 })
    ).items.map(({ name, data }) => [name, data.ports]),
  )

test('a first reading is complete; after a restart every watch goes on without a list', async () => {
  const cluster = await testCluster(store, 'real')
  const changes: Change[] = []
  const deps = { store, changes: { publish: (change: Change) => changes.push(change) }, now, log }
  await service('before', 80)

  const first: string[] = []
  {
    await using inventory = startInventory(deps, cluster, counting(first))
    await eventually(() => expect(inventory.status().complete).toBe(true), { within: 60_000 })
    expect(await ports(cluster)).toEqual({ before: ['80/TCP'] })
    expect(inventory.status().kinds.map(({ state }) => state)).not.toContain('failed')
    await service('while', 81)
    await eventually(async () => expect(await ports(cluster)).toEqual({ before: ['80/TCP'], while: ['81/TCP'] }), {
      within: 10_000,
    })
    expect(changes).toContainEqual(
      expect.objectContaining({ type: 'inventory', cluster: cluster.id, name: 'real', kinds: ['Service'] }),
    )
  }
  expect(first.every(line => line.startsWith('GET '))).toBe(true)
  const { kinds } = await readInventorySync({ store }, cluster)
  expect(kinds.every(({ syncedAt }) => syncedAt !== null)).toBe(true)

  // While nobody reads, things go on.
  await service('meanwhile', 82)
  await api.delete(`/api/v1/namespaces/${namespace}/services/before`)

  const second: string[] = []
  await using again = startInventory(deps, cluster, counting(second))
  await eventually(async () => expect(await ports(cluster)).toEqual({ while: ['81/TCP'], meanwhile: ['82/TCP'] }), {
    within: 20_000,
  })
  await eventually(() => expect(again.status().kinds.every(({ state }) => state === 'watching')).toBe(true), {
    within: 20_000,
  })
  expect(again.status().complete).toBe(true)
  // `limit=1` only asks whether the version is still known.
  const isList = (line: string) => !/watch=true|limit=1&|limit=1$|metrics\.k8s\.io/.test(line)
  expect(first.filter(isList).length).toBeGreaterThan(10)
  expect(second.filter(isList)).toEqual([])
})

test('a cluster without metrics-server says so', async () => {
  const cluster = await testCluster(store, 'no-metrics')
  await using _ = startInventory({ store, changes: { publish: () => {} }, now, log }, cluster, direct)
  await eventually(
    async () =>
      expect(await readMetrics({ store, now }, cluster, { range: '1h' })).toMatchObject({
        available: false,
        reason: expect.stringContaining('no metrics-server'),
      }),
    { within: 20_000 },
  )
})
