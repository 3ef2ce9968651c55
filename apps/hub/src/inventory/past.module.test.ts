import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { testStore } from '../store/fixtures/stores.ts'
import { updateSync } from '../store/inventory-sync.ts'
import { recordReadings } from '../store/samples.ts'
import type { Store } from '../store/store.ts'
import { listEvents } from './events.ts'
import { AT, event, list, node, testCluster } from './fixtures/inventory.ts'
import { startIngest } from './ingest.ts'
import { METRICS_KIND } from './limits.ts'
import { readMetrics } from './metrics.ts'
import { sweepPast } from './retention.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const before = (ms: number) => new Date(AT.getTime() - ms)

describe.each(['pglite', 'postgres'] as const)('events and metrics of the past on %s', engine => {
  let store: Store
  beforeAll(async () => {
    store = await testStore(engine, inject('databaseUrl'))
  })
  afterAll(() => store[Symbol.asyncDispose]())
  const deps = (now = AT) => ({ store, now: () => now })

  test('events are kept for seven days, or as long as the setting says', async () => {
    const cluster = await testCluster(store, 'kept')
    const seen = (uid: string, ago: number) => event(uid, { lastSeen: before(ago).toISOString() })
    const upserts = [seen('new', 0), seen('old', 6.9 * DAY), seen('too-old', 7.1 * DAY)]
    await cluster.sink({ type: 'events', upserts, resourceVersion: '1' })
    const uids = async () => (await listEvents(deps(), cluster, { limit: 10 })).items.map(({ id }) => id)
    await sweepPast(deps())
    expect(await uids()).toEqual(['new', 'old'])
    await sweepPast(deps(), { eventsKeptMs: DAY })
    expect(await uids()).toEqual(['new'])
  })

  test('of a noisy cluster only the newest events are kept, and nobody else’s go for it', async () => {
    const [noisy, quiet] = [await testCluster(store, 'noisy'), await testCluster(store, 'quiet')]
    const keep = startIngest({ store, now: () => AT, changed: () => {}, eventsKept: 100 }, noisy.id)
    const count = async ({ id }: { id: string }) =>
      (await store.db.selectFrom('events').select('uid').where('cluster_id', '=', id).execute()).length
    const bring = (from: number, many: number) =>
      keep({
        type: 'events',
        upserts: Array.from({ length: many }, (_, index) =>
          // Microseconds apart, so that the bound is found to the microsecond.
          event(`e${from + index}`, { lastSeen: `2026-05-01T11:00:00.${String(100_000 + from + index)}Z` }),
        ),
        resourceVersion: '1',
      })
    const old = event('quiet', { lastSeen: before(6 * DAY).toISOString() })
    await quiet.sink({ type: 'events', upserts: [old], resourceVersion: '1' })
    for (let from = 0; from < 400; from += 40) {
      await bring(from, 40)
      expect(await count(noisy)).toBeLessThanOrEqual(100)
    }
    const { items } = await listEvents(deps(), noisy, { limit: 200 })
    expect(items.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, index) => `e${399 - index}`))
    expect(await count(quiet)).toBe(1)
    // Few at a time are let in above the bound until they are a tenth of it.
    await bring(400, 9)
    expect(await count(noisy)).toBe(109)
    await bring(409, 1)
    expect(await count(noisy)).toBe(100)
    // What another process has left is looked at with the first that comes.
    const lower = startIngest({ store, now: () => AT, changed: () => {}, eventsKept: 10 }, noisy.id)
    await lower({ type: 'events', upserts: [event('e410')], resourceVersion: '1' })
    expect(await count(noisy)).toBe(10)
  })

  test('events come newest first, page by page without gap or double, filtered as asked', async () => {
    const cluster = await testCluster(store, 'pages')
    const upserts = Array.from({ length: 25 }, (_, index) =>
      event(`e${String(index).padStart(2, '0')}`, {
        type: index % 5 === 0 ? 'Warning' : 'Normal',
        namespace: index % 2 === 0 ? 'shop' : 'bank',
        // Several in one microsecond, and some that differ in microseconds only.
        lastSeen: `2026-05-01T11:00:00.${String(100_000 + Math.floor(index / 3))}Z`,
      }),
    )
    await cluster.sink({ type: 'events', upserts, resourceVersion: '1' })
    const seen: string[] = []
    let token: string | undefined
    do {
      const page = await listEvents(deps(), cluster, { limit: 4, continue: token })
      expect(page.total).toBe(25)
      seen.push(...page.items.map(({ id }) => id))
      token = page.next ?? undefined
    } while (token !== undefined)
    expect(seen).toEqual(upserts.map(({ uid }) => uid).reverse())
    const ids = async (query: Partial<Parameters<typeof listEvents>[2]>) =>
      (await listEvents(deps(), cluster, { limit: 100, ...query })).items.length
    expect(await ids({ type: 'Warning' })).toBe(5)
    expect(await ids({ namespace: 'bank' })).toBe(12)
    expect(await ids({ type: 'Warning', namespace: 'bank' })).toBe(2)
    expect(await ids({ since: '2026-05-01T11:00:00.100008Z' })).toBe(25)
    expect(await ids({ since: '2026-05-01T11:00:01Z' })).toBe(0)
  })

  test('readings make a short and a long history, and the newest of each node', async () => {
    const cluster = await testCluster(store, 'metrics')
    await list(cluster.sink, 'Node', [node('a'), node('b')])
    // 12:00:00 to 12:07:30, every 15 s; the sum is 100, 200, 300 …
    for (let index = 0; index <= 30; index += 1) {
      const at = new Date(AT.getTime() + index * 15_000)
      const readings = [
        { name: 'a', cpuMilli: 60 * (index + 1), memoryBytes: 6 },
        { name: 'b', cpuMilli: 40 * (index + 1), memoryBytes: 4 },
      ]
      await recordReadings(store.db, cluster.id, at, readings)
      await recordReadings(store.db, cluster.id, at, readings)
    }
    const end = new Date(AT.getTime() + 30 * 15_000)
    const fine = await readMetrics(deps(end), cluster, { range: '1h' })
    expect(fine).toMatchObject({ available: true, stepSeconds: 15 })
    expect(fine.points).toHaveLength(31)
    expect(fine.points[0]).toEqual([AT.getTime() / 1000, 100, 10])
    expect(fine.allocatable).toEqual({ cpuMilli: 7800, memoryBytes: 7_800_000, pods: 220 })
    expect(fine.nodes).toEqual([
      { name: 'a', cpuMilli: 60 * 31, memoryBytes: 6, at: end.toISOString() },
      { name: 'b', cpuMilli: 40 * 31, memoryBytes: 4, at: end.toISOString() },
    ])
    const coarse = await readMetrics(deps(end), cluster, { range: '24h' })
    // The mean of 100 … 2000, and of 2100 … 3100.
    expect(coarse).toMatchObject({ stepSeconds: 300 })
    expect(coarse.points).toEqual([
      [AT.getTime() / 1000, 1050, 10],
      [AT.getTime() / 1000 + 300, 2600, 10],
    ])
  })

  test('samples at 15 s go after an hour, their averages after seven days', async () => {
    const cluster = await testCluster(store, 'samples')
    const readings = [{ name: 'a', cpuMilli: 100, memoryBytes: 10 }]
    for (const ago of [8 * DAY, 6 * DAY, 61 * MINUTE, 30 * MINUTE]) {
      await recordReadings(store.db, cluster.id, before(ago), readings)
    }
    await sweepPast(deps())
    const rows = await store.db.selectFrom('samples').selectAll().where('cluster_id', '=', cluster.id).execute()
    const kept = rows.map(({ step, at }) => [step, Math.round((AT.getTime() - at.getTime()) / MINUTE)])
    expect(kept.filter(([step]) => step === 15)).toEqual([[15, 30]])
    expect(kept.filter(([step]) => step === 300).length).toBe(3)
  })

  test('a node that is gone has no reading any more, and old readings are not shown as the present', async () => {
    const cluster = await testCluster(store, 'gone')
    const reading = (name: string) => ({ name, cpuMilli: 1, memoryBytes: 1 })
    await recordReadings(store.db, cluster.id, AT, [reading('a'), reading('b')])
    await recordReadings(store.db, cluster.id, AT, [reading('b')])
    expect((await readMetrics(deps(), cluster, { range: '1h' })).nodes.map(({ name }) => name)).toEqual(['b'])
    const later = await readMetrics(deps(new Date(AT.getTime() + 10 * MINUTE)), cluster, { range: '1h' })
    expect(later).toMatchObject({
      available: false,
      nodes: [],
      reason: expect.stringContaining('newest reading is from'),
    })
  })

  test('without metrics-server it says so', async () => {
    const cluster = await testCluster(store, 'none')
    const none = await readMetrics(deps(), cluster, { range: '7d' })
    expect(none).toMatchObject({ available: false, points: [], nodes: [], allocatable: null })
    const message = 'The cluster has no metrics-server: metrics.k8s.io is not served.'
    await updateSync(store.db, cluster.id, METRICS_KIND, { state: 'absent', message })
    expect(await readMetrics(deps(), cluster, { range: '7d' })).toMatchObject({ available: false, reason: message })
  })
})
