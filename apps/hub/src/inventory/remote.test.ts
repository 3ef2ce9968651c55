import type { Batch } from '@moorage/projector/batch.ts'
import { reportedKinds } from '@moorage/projector/project.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { expect, test } from 'vitest'
import { ClusterGoneError } from './cluster-gone.ts'
import { STORED_AT_ONCE } from './limits.ts'
import { remoteSource } from './remote.ts'
import { readBatch } from './remote-batch.ts'

const row = {
  kind: 'Pod',
  apiVersion: 'v1',
  namespace: 'shop',
  name: 'a',
  uid: 'u',
  status: 'Running',
  node: null,
  images: ['nginx'],
  labels: {},
  owner: null,
  data: { restarts: 0 },
  createdAt: '2026-05-01T12:00:00Z',
}
const delta = (kind: string, resourceVersion: string): Batch => ({
  type: 'delta',
  kind,
  upserts: [],
  deletes: [],
  resourceVersion,
})

/** An agent whose streams are these lines, one after the other; the last stays open. */
function agent(...streams: unknown[][]) {
  const pulls: Record<string, string>[] = []
  return {
    pulls,
    async *pull(resume: ReadonlyMap<string, string>, signal: AbortSignal) {
      pulls.push(Object.fromEntries(resume))
      const lines = streams[pulls.length - 1]
      if (lines) {
        yield* lines
        throw new Error('It broke off.')
      }
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    },
  }
}
const source = (pull: ReturnType<typeof agent>['pull']) =>
  remoteSource({ pull, random: () => 0, debug: () => {}, clock: () => 0 })

test('a pull that broke off is begun where the stored batches end', async () => {
  const stop = new AbortController()
  const { pull, pulls } = agent(
    [
      { type: 'list-start', kind: 'Pod' },
      { type: 'rows', kind: 'Pod', rows: [row] },
      { type: 'list-end', kind: 'Pod', resourceVersion: '7' },
      delta('Node', '9'),
      { type: 'events', upserts: [], resourceVersion: '11' },
      { type: 'events', upserts: [], resourceVersion: null },
    ],
    [delta('Pod', '8'), { type: 'list-start', kind: 'Node' }],
  )
  const stored: string[] = []
  const reading = source(pull)(async batch => void stored.push(batch.type), new Map([['Node', '5']]), stop.signal)
  await eventually(() => expect(pulls).toHaveLength(3), { within: 5_000 })
  stop.abort()
  await reading
  expect(pulls).toEqual([{ Node: '5' }, { Node: '9', Pod: '7', Event: '11' }, { Pod: '8', Event: '11' }])
  expect(stored).toHaveLength(8)
})

test('what could not be stored is not what a pull goes on from', async () => {
  const stop = new AbortController()
  const { pull, pulls } = agent([delta('Pod', '1'), delta('Pod', '2'), delta('Pod', '3')])
  const sink = async (batch: Batch) => {
    if (batch.type === 'delta' && batch.resourceVersion === '2') throw new Error('The database is away.')
  }
  const reading = source(pull)(sink, new Map(), stop.signal)
  await eventually(() => expect(pulls).toHaveLength(2), { within: 5_000 })
  stop.abort()
  await reading
  expect(pulls[1]).toEqual({ Pod: '1' })
})

test('batches of one kind are stored in order, and no more than a few at a time', async () => {
  const stop = new AbortController()
  const kinds = ['Pod', 'Node', 'Service', 'Deployment', 'DaemonSet', 'Job']
  const lines = [1, 2, 3].flatMap(n => kinds.map(kind => delta(kind, String(n))))
  const { pull, pulls } = agent(lines)
  const order = new Map<string, string[]>()
  let now = 0
  let most = 0
  const sink = async (batch: Batch) => {
    if (batch.type !== 'delta') return
    now += 1
    most = Math.max(most, now)
    await new Promise(resolve => setImmediate(resolve))
    order.set(batch.kind, [...(order.get(batch.kind) ?? []), batch.resourceVersion])
    now -= 1
  }
  const reading = source(pull)(sink, new Map(), stop.signal)
  await eventually(() => expect(pulls).toHaveLength(2), { within: 5_000 })
  stop.abort()
  await reading
  expect([...order.values()]).toEqual(kinds.map(() => ['1', '2', '3']))
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(STORED_AT_ONCE)
})

test('kinds that an older agent does not read are waited for by nobody', async () => {
  const stop = new AbortController()
  const kinds = reportedKinds.filter(kind => kind !== 'CronJob' && kind !== 'Event')
  const { pull, pulls } = agent([{ type: 'kinds', kinds: [...kinds, 'Pigeon'] }, delta('Pod', '1')])
  const stored: Batch[] = []
  const reading = source(pull)(async batch => void stored.push(batch), new Map(), stop.signal)
  await eventually(() => expect(pulls).toHaveLength(2), { within: 5_000 })
  stop.abort()
  await reading
  const message = expect.stringContaining('moorage agent upgrade')
  expect(stored.filter(({ type }) => type === 'state')).toEqual([
    { type: 'state', kind: 'CronJob', state: 'absent', message },
    { type: 'state', kind: 'Event', state: 'absent', message },
  ])
  expect(stored).toHaveLength(3)
})

test('a cluster that is forgotten ends it', async () => {
  const { pull } = agent([delta('Pod', '1')])
  const reading = source(pull)(() => Promise.reject(new ClusterGoneError('c')), new Map(), new AbortController().signal)
  await expect(reading).rejects.toBeInstanceOf(ClusterGoneError)
})

test('a line of an agent is believed only where it can be stored', () => {
  const rows = { type: 'rows', kind: 'Pod', rows: [row] }
  expect(readBatch(rows)).toEqual(rows)
  const known = {
    ...row,
    data: { requests: { cpuMilli: 2 ** 63 * 1000, memoryBytes: 2 ** 63 }, phase: 'Running', ip: null },
  }
  expect(readBatch({ ...rows, rows: [known] })).toEqual({ ...rows, rows: [known] })
  expect(readBatch({ type: 'list-start', kind: 'Pigeon' })).toBeNull()
  expect(readBatch({ type: 'weather', kind: 'Pod', of: { the: 'next version' } })).toBeNull()
  expect(readBatch({ ...rows, rows: [{ ...row, later: 1 }], later: 2 })).toEqual(rows)
  expect(() => readBatch({ type: 'error', message: 'The API server is gone.' })).toThrow('The API server is gone.')
  for (const bad of [
    null,
    'x',
    [],
    {},
    { type: 'list-end', kind: 'Pod' },
    { ...rows, rows: [{ ...row, uid: 7 }] },
    { ...rows, rows: [{ ...row, createdAt: 'yesterday' }] },
    { ...rows, rows: [{ ...row, labels: { a: 1 } }] },
    { ...rows, rows: Array(10_001).fill(row) },
    { ...rows, rows: [{ ...row, data: { restarts: 1e300 } }] },
    { ...rows, rows: [{ ...row, data: { requests: { cpuMilli: 'much' } } }] },
    { ...rows, rows: [{ ...row, data: JSON.parse(`{"deep":${'['.repeat(4_000)}${']'.repeat(4_000)}}`) }] },
    { type: 'state', kind: 'Pod', state: 'asleep', message: null },
  ]) {
    expect(() => readBatch(bad), JSON.stringify(bad)?.slice(0, 60)).toThrow('can not be stored')
  }
})
