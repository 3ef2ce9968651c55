import { expect, test } from 'vitest'
import { fakeCluster, object } from '../test/fake-cluster.ts'
import { projecting } from '../test/projecting.ts'
import { LISTS_AT_ONCE } from './limits.ts'
import { reportedKinds } from './project.ts'

test('every kind is listed once, then followed', async () => {
  const cluster = fakeCluster()
  cluster.objects.set('pods', [object('a', {}, { namespace: 'x' }), object('b', {}, { namespace: 'x' })])
  await using run = projecting(cluster)
  await run.until(() => cluster.watches.size === reportedKinds.length)
  expect(run.of('Pod')).toEqual(['list-start', 'rows', 'list-end'])
  expect(run.of('Node')).toEqual(['list-start', 'list-end'])
  expect(run.of('Event')).toEqual(['state listing', 'events'])
  expect([...cluster.lists.values()]).toEqual(reportedKinds.map(() => 1))
  expect(new Set([...cluster.watches.values()].flat())).toEqual(new Set(['100']))
})

test('only a few kinds are listed at the same time', async () => {
  const cluster = fakeCluster(5)
  await using run = projecting(cluster)
  await run.until(() => cluster.watches.size === reportedKinds.length)
  expect(cluster.listsAtOnce).toBe(LISTS_AT_ONCE)
})

test('changes that come together are one delta, in which the last one of an object counts', async () => {
  const cluster = fakeCluster()
  await using run = projecting(cluster)
  await run.until(() => cluster.watches.has('pods'))
  const at = (resourceVersion: string) => ({ namespace: 'x', resourceVersion })
  cluster.tell('pods', 'ADDED', object('a', {}, at('101')))
  cluster.tell('pods', 'MODIFIED', object('a', { status: { phase: 'Running' } }, at('102')))
  cluster.tell('pods', 'ADDED', object('b', {}, at('103')))
  cluster.tell('pods', 'DELETED', object('b', {}, at('104')))
  cluster.tell('pods', 'BOOKMARK', { metadata: { resourceVersion: '110' } })
  await run.until(() => run.of('Pod').includes('delta'))
  const deltas = run.batches.filter(batch => batch.type === 'delta')
  expect(deltas).toMatchObject([
    {
      kind: 'Pod',
      upserts: [{ name: 'a', status: 'Running' }],
      deletes: [{ namespace: 'x', name: 'b' }],
      resourceVersion: '110',
    },
  ])
})

test('a bookmark alone moves the resume point on', async () => {
  const cluster = fakeCluster()
  await using run = projecting(cluster)
  await run.until(() => cluster.watches.has('nodes'))
  cluster.tell('nodes', 'BOOKMARK', { metadata: { resourceVersion: '120' } })
  await run.until(() => run.of('Node').includes('delta'))
  expect(run.batches.find(batch => batch.type === 'delta')).toEqual({
    type: 'delta',
    kind: 'Node',
    upserts: [],
    deletes: [],
    resourceVersion: '120',
  })
})

test('a kind with a resume point is not listed, and says that it is watched', async () => {
  const cluster = fakeCluster()
  await using run = projecting(cluster, { resume: new Map(reportedKinds.map(kind => [kind, '77'])) })
  await run.until(() => reportedKinds.every(kind => run.of(kind).includes('state watching')))
  expect(cluster.lists.size).toBe(0)
  expect(new Set([...cluster.watches.values()].flat())).toEqual(new Set(['77']))
})

test('forbidden and absent kinds say so, hold up nobody, and are tried again', async () => {
  const cluster = fakeCluster()
  cluster.refusals.set('nodes', 403)
  cluster.refusals.set('ingresses', 404)
  await using run = projecting(cluster, { retryRefusedMs: 10 })
  await run.until(() => run.of('Ingress').length > 0 && run.of('Node').length > 0 && run.of('Pod').includes('list-end'))
  expect(run.of('Node')).toEqual(['state forbidden'])
  expect(run.of('Ingress')).toEqual(['state absent'])
  expect(run.batches.find(batch => batch.type === 'state' && batch.kind === 'Node')).toMatchObject({
    message: expect.stringContaining('no nodes for you'),
  })
  cluster.refusals.clear()
  await run.until(() => run.of('Node').includes('list-end') && run.of('Ingress').includes('list-end'))
})

test('a kind that was read and is refused for a moment goes on soon, as if nothing had been', async () => {
  const cluster = fakeCluster()
  cluster.refusals.set('nodes', 403)
  await using run = projecting(cluster, { resume: new Map(reportedKinds.map(kind => [kind, '77'])) })
  await run.until(() => run.of('Pod').includes('state watching'))
  cluster.refusals.clear()
  await run.until(() => run.of('Node').length > 0)
  expect(run.of('Node')).toEqual(['state watching'])
  expect(cluster.lists.has('nodes')).toBe(false)
})

test('a kind whose lists fail again and again is said to fail, and is well again afterwards', async () => {
  const cluster = fakeCluster()
  cluster.refusals.set('pods', 500)
  await using run = projecting(cluster)
  await run.until(() => run.of('Pod').includes('state failed'))
  cluster.refusals.clear()
  await run.until(() => run.of('Pod').includes('list-end'))
})

test('what could not be stored is read again from where the store stands', async () => {
  const cluster = fakeCluster()
  let broken = false
  await using run = projecting(cluster, {
    retryRefusedMs: 10,
    store: batch => {
      if (broken && batch.type === 'delta') throw new Error('the database is away')
    },
  })
  await run.until(() => cluster.watches.has('pods'))
  broken = true
  cluster.tell('pods', 'ADDED', object('a', {}, { namespace: 'x', resourceVersion: '105' }))
  await run.until(() => run.of('Pod').includes('state failed'))
  broken = false
  await run.until(() => cluster.watches.get('pods')?.length === 2)
  // The change at 105 was not stored, so the watch goes on from the list at 100.
  expect(cluster.watches.get('pods')).toEqual(['100', '100'])
  expect(cluster.lists.get('pods')).toBe(1)
})

test('it ends at once when it is told to', async () => {
  const cluster = fakeCluster()
  const run = projecting(cluster)
  await run.until(() => cluster.watches.has('pods'))
  await run[Symbol.asyncDispose]()
})
