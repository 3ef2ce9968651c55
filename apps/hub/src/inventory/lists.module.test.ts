import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { MoorageError } from '../errors.ts'
import { testStore } from '../store/fixtures/stores.ts'
import { recordReadings } from '../store/samples.ts'
import type { Store } from '../store/store.ts'
import { listEvents } from './events.ts'
import { AT, list, node, pod, row, type TestCluster, testCluster } from './fixtures/inventory.ts'
import { listNodes } from './nodes.ts'
import { listObjects } from './objects.ts'
import { pageToken } from './paging.ts'
import { searchInventory } from './search.ts'
import { sumUps } from './sum-up.ts'
import { readInventorySync } from './sync.ts'
import { listWorkloads } from './workloads.ts'

describe.each(['pglite', 'postgres'] as const)('lists on %s', engine => {
  let store: Store
  let cluster: TestCluster
  const deps = {
    get store() {
      return store
    },
    now: () => AT,
  }
  beforeAll(async () => {
    store = await testStore(engine, inject('databaseUrl'))
    cluster = await testCluster(store, 'lists')
    const ended = { data: { ready: '0/1', requests: null } }
    await list(cluster.sink, 'Node', [node('n2', { status: 'NotReady' }), node('n1'), node('n10')])
    await list(cluster.sink, 'Pod', [
      pod('a', { node: 'n1' }),
      pod('b', { node: 'n1' }),
      pod('c', { node: 'n1', status: 'Completed', ...ended }),
      pod('d', { node: 'n2', namespace: 'bank' }),
      pod('e', { namespace: 'bank', status: 'Pending' }),
    ])
    await list(cluster.sink, 'Deployment', [
      row('Deployment', 'web', { status: 'Degraded', images: ['web:1'], data: { ready: 1, desired: 3 } }),
    ])
    await list(cluster.sink, 'Job', [row('Job', 'migrate', { status: 'Complete', data: { ready: 1, desired: 1 } })])
    await recordReadings(store.db, cluster.id, AT, [{ name: 'n1', cpuMilli: 250, memoryBytes: 5 }])
  })
  afterAll(() => store[Symbol.asyncDispose]())

  test('nodes have what their pods hold and what they use', async () => {
    const { items, total, next } = await listNodes(deps, cluster, { limit: 10 })
    expect({ total, next }).toEqual({ total: 3, next: null })
    expect(items.map(({ name, status, requested, used }) => ({ name, status, requested, used }))).toEqual([
      {
        name: 'n1',
        status: 'Ready',
        requested: { cpuMilli: 200, memoryBytes: 2000, pods: 2 },
        used: { cpuMilli: 250, memoryBytes: 5 },
      },
      { name: 'n10', status: 'Ready', requested: { cpuMilli: 0, memoryBytes: 0, pods: 0 }, used: null },
      { name: 'n2', status: 'NotReady', requested: { cpuMilli: 100, memoryBytes: 1000, pods: 1 }, used: null },
    ])
    expect(items[0]).toMatchObject({ roles: ['worker'], kubelet: 'v1.36.3', lastSeen: AT.toISOString() })
  })

  test('workloads leave other kinds out', async () => {
    const { items, total } = await listWorkloads(deps, cluster, { limit: 10 })
    expect(total).toBe(2)
    expect(items).toMatchObject([
      { kind: 'Deployment', name: 'web', status: 'Degraded', ready: 1, desired: 3, images: ['web:1'] },
      { kind: 'Job', name: 'migrate', status: 'Complete', ready: 1, desired: 1 },
    ])
    expect((await listWorkloads(deps, cluster, { limit: 10, kind: 'Job' })).total).toBe(1)
  })

  test('objects page by key without gap or double, whatever the size of a page', async () => {
    const all = (await listObjects(deps, cluster, { limit: 100 })).items.map(({ uid }) => uid)
    expect(all).toHaveLength(10)
    for (const limit of [1, 2, 3, 9, 10]) {
      const seen: string[] = []
      let token: string | undefined
      do {
        const page = await listObjects(deps, cluster, { limit, continue: token })
        expect(page.total).toBe(10)
        seen.push(...page.items.map(({ uid }) => uid))
        token = page.next ?? undefined
      } while (token !== undefined)
      expect(seen).toEqual(all)
    }
  })

  test('objects by kind and namespace', async () => {
    expect(await listObjects(deps, cluster, { limit: 10, kind: 'Pod', namespace: 'bank' })).toMatchObject({
      total: 2,
      items: [
        { cluster: 'lists', kind: 'Pod', namespace: 'bank', name: 'd', node: 'n2' },
        { name: 'e', node: null },
      ],
    })
    expect((await listObjects(deps, cluster, { limit: 10, kind: 'Node' })).items[0]).toMatchObject({ namespace: null })
  })

  test('a token that no page gave out is refused in a sentence, by every list', async () => {
    const tokens = fc.oneof(fc.string(), fc.base64String(), fc.array(fc.string()).map(pageToken))
    await fc.assert(
      fc.asyncProperty(tokens, async token => {
        const query = { limit: 10, continue: token }
        const asked = [
          listNodes(deps, cluster, query),
          listObjects(deps, cluster, query),
          listWorkloads(deps, cluster, query),
          listEvents(deps, cluster, query),
          searchInventory(deps, { ...query, q: '' }),
        ]
        for (const answer of await Promise.allSettled(asked)) {
          if (answer.status === 'fulfilled') continue
          expect(answer.reason).toBeInstanceOf(MoorageError)
          expect(answer.reason).toMatchObject({ code: 'bad_request' })
        }
      }),
      { numRuns: 60 },
    )
    await expect(listNodes(deps, cluster, { limit: 1, continue: '!' })).rejects.toThrow(/“continue”/)
  })

  test('the sums are those of nodes and of pods that have not ended, and are made again after a change', async () => {
    const sumUp = sumUps(deps)
    const server = { version: 'v1.36.3+k3s1', groups: [] }
    const of = (cpuMilli: number) => ({ cpuMilli, memoryBytes: cpuMilli * 1000, pods: 330 })
    expect(await sumUp(cluster.id, server)).toMatchObject({
      nodeCount: 3,
      readyNodeCount: 2,
      podCount: 5,
      capacity: of(12_000),
      allocatable: of(11_700),
      requested: { cpuMilli: 400, memoryBytes: 4000, pods: 4 },
      used: { cpuMilli: 250, memoryBytes: 5 },
      distribution: { value: 'k3s' },
      provider: { value: null, limited: false },
    })
    await cluster.sink({ type: 'delta', kind: 'Pod', upserts: [pod('f')], deletes: [], resourceVersion: '9' })
    expect(await sumUp(cluster.id, server)).toMatchObject({ podCount: 6, requested: { cpuMilli: 500 } })
    expect(await sumUp(cluster.id, { version: 'v1.36.3', groups: [] })).toMatchObject({ distribution: { value: null } })
    await cluster.sink({
      type: 'delta',
      kind: 'Pod',
      upserts: [],
      deletes: [{ namespace: 'shop', name: 'f' }],
      resourceVersion: '10',
    })
  })

  test('a cluster of which nothing was read has no numbers, and limited answers', async () => {
    const fresh = await testCluster(store, `fresh`)
    expect(await sumUps(deps)(fresh.id, null)).toMatchObject({
      nodeCount: null,
      podCount: null,
      capacity: null,
      requested: null,
      used: null,
      distribution: { value: null, limited: true },
      provider: { value: null, limited: true },
    })
    expect(await readInventorySync({ store }, fresh)).toMatchObject({ complete: false })
  })

  test('the inventory is complete once every kind was read or can not be', async () => {
    const fresh = await testCluster(store, 'complete')
    const { kinds } = await readInventorySync({ store }, fresh)
    for (const { kind } of kinds) {
      expect((await readInventorySync({ store }, fresh)).complete).toBe(false)
      if (kind === 'Event') await fresh.sink({ type: 'events', upserts: [], resourceVersion: '1' })
      else if (kind === 'Ingress') await fresh.sink({ type: 'state', kind, state: 'forbidden', message: 'no' })
      else await list(fresh.sink, kind, [])
    }
    expect((await readInventorySync({ store }, fresh)).complete).toBe(true)
  })
})
