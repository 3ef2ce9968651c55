import { randomBytes } from 'node:crypto'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { makeSealer } from '../connections/sealing.ts'
import { SealingKey } from '../connections/sealing-key.ts'
import { testStore } from '../store/fixtures/stores.ts'
import { findRecording } from '../store/recordings.ts'
import type { Store } from '../store/store.ts'
import { channel, frame } from './fixtures/frames.ts'
import { sweepOldRecordings } from './keeper.ts'
import { findRecordings, getRecording } from './list.ts'
import { playRecording } from './play.ts'
import { type Recorded, startRecording } from './recorder.ts'
import { taps } from './tap.ts'

const DAY = 86_400_000
const who = { kind: 'user' as const, id: 'u1', name: 'ada', groups: [] }
const session = {
  kind: 'exec' as const,
  namespace: 'shop',
  pod: 'web',
  container: 'main',
  command: ['sh', '-i'],
  tty: true,
}
const websocket = { upgrade: 'websocket' as const, protocol: 'v5.channel.k8s.io' }

describe.each(['pglite', 'postgres'] as const)('recordings on %s', engine => {
  let store: Store
  let now = new Date()
  let failures: unknown[] = []
  const sealer = makeSealer([new SealingKey(randomBytes(32))])
  beforeAll(async () => {
    store = await testStore(engine, inject('databaseUrl'))
  })
  afterAll(() => store?.[Symbol.asyncDispose]())
  beforeEach(async () => {
    failures = []
    now = new Date()
    await store.db.deleteFrom('recordings').execute()
  })
  const deps = () => ({
    store,
    sealer,
    now: () => now,
    clock: () => performance.now(),
    failed: (error: unknown) => failures.push(error),
  })
  const about = (id: string, more: Partial<Recorded> = {}): Recorded => ({
    ...{ id, who, source: '127.0.0.1', cluster: { id: 'c1', name: 'prod' }, session, protocol: 'v5', policy: 'record' },
    ...more,
  })
  const stopped = () => expect.unreachable()
  const played = async (id: string) => {
    const chunks: string[] = []
    for await (const chunk of playRecording({ store, sealer }, id)) chunks.push(chunk)
    return chunks
  }
  const piece = (stream: 'stdin' | 'stdout' | 'error', data: string) => ({ stream, data: Buffer.from(data) })

  /** A session in which somebody looked around. */
  async function recorded(id: string, line = 'cat /etc/passwd') {
    const recording = await startRecording(deps(), about(id), stopped)
    await recording.take([piece('stdout', '$ '), piece('stdin', line), piece('stdout', line)])
    await recording.take([
      piece('stdin', '\r'),
      piece('stdout', '\r\nroot\r\n'),
      piece('error', '{"status":"Success"}'),
    ])
    await recording.end()
  }

  test('are sealed at rest, played as they passed, and found by what was typed', async () => {
    await recorded('r1')
    await recorded('r2', 'ls')
    const lines = (await played('r1'))
      .join('')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines[0]).toMatchObject({ version: 2, title: 'ada in prod/shop/web', command: 'sh -i' })
    expect(lines.slice(1).map(([, kind, data]) => [kind, data])).toEqual([
      ...[
        ['o', '$ '],
        ['i', 'cat /etc/passwd'],
        ['o', 'cat /etc/passwd'],
        ['i', '\r'],
        ['o', '\r\nroot\r\n'],
        ['m', 'end'],
      ],
    ])
    const rows = await store.db.selectFrom('recording_chunks').selectAll().execute()
    expect(JSON.stringify([rows, await store.db.selectFrom('recordings').selectAll().execute()])).not.toContain(
      'passwd',
    )
    expect(await getRecording({ store, sealer }, 'r1')).toMatchObject({
      ...{ state: 'whole', exitCode: 0, because: null, actor: { name: 'ada' }, container: 'main' },
      typed: [{ line: '$ cat /etc/passwd' }],
    })
    const found = async (query: object) => {
      const { items } = await findRecordings({ store, sealer }, { limit: 9, ...query }, undefined)
      return items.map(({ id }) => id).sort()
    }
    expect(await found({})).toEqual(['r1', 'r2'])
    expect(await found({ typed: 'ETC/pass' })).toEqual(['r1'])
    expect(await found({ typed: 'sh -i' })).toEqual(['r1', 'r2'])
    expect(await found({ actor: 'ada', cluster: 'prod', namespace: 'shop', pod: 'web' })).toEqual(['r1', 'r2'])
    expect(await found({ cluster: 'other' })).toEqual([])
    const first = await findRecordings({ store, sealer }, { limit: 1, typed: 'sh' }, undefined)
    const second = await findRecordings({ store, sealer }, { limit: 1, typed: 'sh' }, first.last!)
    expect([...first.items, ...second.items].map(({ id }) => id).sort()).toEqual(['r1', 'r2'])
    const page = await findRecordings({ store, sealer }, { limit: 1 }, undefined)
    const rest = await findRecordings({ store, sealer }, { limit: 1 }, page.last!)
    expect([page.total, rest.total]).toEqual([2, 2])
  })

  test('do not play where a part was changed, moved, put in from another one, or cut off', async () => {
    const long = async (id: string) => {
      const recording = await startRecording(deps(), about(id), stopped)
      for (let n = 0; n < 3; n += 1) await recording.take([piece('stdout', `${n}`.repeat(1_100_000))])
      await recording.end()
      const { chunks } = (await findRecording(store.db, id))!
      expect(chunks).toBeGreaterThan(2)
      return chunks
    }
    const chunks = await long('r1')
    await long('r2')
    expect((await played('r1')).length).toBe(chunks)
    const rows = await store.db
      .selectFrom('recording_chunks')
      .selectAll()
      .where('recording_id', '=', 'r1')
      .orderBy('n')
      .execute()
    const put = (n: number, sealed: string) =>
      store.db
        .updateTable('recording_chunks')
        .set({ sealed })
        .where('recording_id', '=', 'r1')
        .where('n', '=', n)
        .execute()
    const other = await store.db
      .selectFrom('recording_chunks')
      .select('sealed')
      .where('recording_id', '=', 'r2')
      .where('n', '=', 1)
      .executeTakeFirstOrThrow()
    // One letter in the middle: of the last one, some bits are not read.
    const whole = rows[1]!.sealed
    const at = whole.length >> 1
    const changed = `${whole.slice(0, at)}${whole[at] === 'A' ? 'B' : 'A'}${whole.slice(at + 1)}`
    for (const sealed of [other.sealed, rows[0]!.sealed, changed, '']) {
      await put(1, sealed)
      await expect(played('r1')).rejects.toThrow('sealed value can not be opened')
    }
    await put(1, whole)
    await store.db
      .updateTable('recordings')
      .set({ chunks: chunks - 1 })
      .where('id', '=', 'r1')
      .execute()
    await expect(played('r1')).rejects.toThrow('sealed value can not be opened')
    await store.db.deleteFrom('recording_chunks').where('recording_id', '=', 'r1').where('n', '=', 0).execute()
    await expect(played('r1')).rejects.toThrow('a part of it is missing')
  })

  test('pass every byte on, hold a session back while the store is behind, and keep little', async () => {
    const recording = await startRecording(deps(), about('r1'), stopped)
    const { fromMember } = taps(websocket, recording)
    const sent = Array.from({ length: 40 }, (_, n) => frame(channel(1, Buffer.alloc(100_000, 65 + (n % 26)))))
    const got: Buffer[] = []
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        got.push(chunk)
        done()
      },
    })
    await pipeline(Readable.from(sent), fromMember, sink)
    await recording.end()
    expect(Buffer.concat(got).equals(Buffer.concat(sent))).toBe(true)
    const chunks = await played('r1')
    expect(chunks.join('').length).toBeGreaterThan(4_000_000)
    // Nothing waited beyond what may wait, and one piece.
    expect(Math.max(...chunks.map(chunk => chunk.length))).toBeLessThan(1_048_576 + 101_000)
    expect(failures).toEqual([])
  })

  test('end a session that must be recorded when it can not be any more, and no other', async () => {
    const ended: string[] = []
    for (const policy of ['record', 'record-or-refuse'] as const) {
      const full = await startRecording(
        deps(),
        about(`full-${policy}`, { policy }),
        why => ended.push(`${policy}: ${why}`),
        1_000,
      )
      await full.take([piece('stdout', 'x'.repeat(2_000))])
      await full.take([piece('stdout', 'not kept')])
      await full.end()
      const odd = await startRecording(deps(), about(`odd-${policy}`, { policy }), why =>
        ended.push(`${policy}: ${why}`),
      )
      const { fromClient } = taps(websocket, odd)
      const passed = new Promise(resolve => fromClient.once('data', resolve))
      fromClient.write(Buffer.alloc(14, 0xff))
      expect(await passed).toEqual(Buffer.alloc(14, 0xff))
      await odd.end()
      expect(await findRecording(store.db, `odd-${policy}`)).toMatchObject({
        state: 'cut',
        because: expect.stringContaining('can not be read'),
      })
      expect((await played(`full-${policy}`)).join('')).not.toContain('not kept')
    }
    expect(ended).toEqual([
      expect.stringMatching(/^record-or-refuse: The recording has reached its largest size/),
      expect.stringMatching(/^record-or-refuse: The session can not be read any more/),
    ])
  })

  test('give up where they can not be stored', async () => {
    let why = ''
    const recording = await startRecording(deps(), about('r1', { policy: 'record-or-refuse' }), because => {
      why = because
    })
    await store.db.deleteFrom('recordings').execute()
    await recording.take([piece('stdout', 'x'.repeat(1_100_000))])
    expect(why).toBe('The recording could not be stored.')
    expect(failures).toHaveLength(1)
    await recording.end()
  })

  test('of what was no session leave nothing', async () => {
    const recording = await startRecording(deps(), about('r1'), stopped)
    await recording.take([piece('stdout', 'x'.repeat(1_100_000))])
    await recording.cancel()
    expect(await findRecording(store.db, 'r1')).toBeUndefined()
    expect(await store.db.selectFrom('recording_chunks').selectAll().execute()).toEqual([])
    expect(failures).toEqual([])
  })

  test('whose hub is gone are ended, and old ones deleted, which is told', async () => {
    const told: { because: string }[] = []
    const audit = { record: async (entry: { because: string }) => void told.push(entry) }
    const sweep = () => sweepOldRecordings({ store, audit, now: () => now, warn: stopped }, 5 * DAY)
    await recorded('old')
    const running = await startRecording(deps(), about('running'), stopped)
    await running.take([piece('stdout', 'x'.repeat(1_100_000))])
    await sweep()
    expect(await findRecording(store.db, 'running')).toMatchObject({ state: 'running' })
    now = new Date(now.getTime() + 3_600_000)
    await sweep()
    expect(await findRecording(store.db, 'running')).toMatchObject({
      state: 'cut',
      because: 'The hub that recorded it stopped.',
    })
    expect((await played('running')).join('')).toContain('xxx')
    expect(told).toEqual([])
    now = new Date(now.getTime() + 6 * DAY)
    await sweep()
    expect(await store.db.selectFrom('recording_chunks').selectAll().execute()).toEqual([])
    expect(told).toMatchObject([{ because: expect.stringMatching(/^2 recordings from before /) }])
    await running.end()
  })
})
