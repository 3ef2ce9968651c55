import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@moorage/testkit/eventually.ts'
import { startHub } from '@moorage/testkit/hub-process.ts'
import { expect, test } from 'vitest'
import { syslogReceiver } from './fixtures/receivers.ts'

test('a hub that is killed while it sends loses no line', { timeout: 240_000 }, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'moorage-forward-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const hub = stack.use(await startHub({ dir }))
  const receiver = stack.use(await syslogReceiver())
  const put = (path: string, body: object) => hub.fetch(`/api/v1${path}`, { method: 'PUT', body })
  const to = `syslog://127.0.0.1:${receiver.port}`
  const changes = await Promise.all(Array.from({ length: 40 }, (_, n) => put(`/groups/g${n}`, { members: [] })))
  expect(changes.map(({ status }) => status)).toEqual(changes.map(() => 200))
  // A batch never comes to its end before the hub is killed, so it is killed within one.
  receiver.resetAfter = 5
  expect((await put('/audit-forwards/siem', { to, from: 'start' })).status).toBe(200)
  await eventually(() => expect(receiver.messages.length).toBeGreaterThan(0), { within: 30_000 })
  await hub.kill()
  receiver.resetAfter = null
  await hub.restart()
  await put('/groups/last', { members: [] })
  const answer = await hub.fetch('/api/v1/audit?limit=1000&verb=update&resource=groups')
  const { items } = (await answer.json()) as { items: { seq: number; target: string }[] }
  expect(items.length).toBeGreaterThan(80)
  const last = Math.max(...items.map(({ seq }) => seq))
  // Lines have no gaps, so each number up to the last has to have come.
  const every = Array.from({ length: last }, (_, n) => n + 1)
  await eventually(
    () => {
      const came = new Set(receiver.seqs())
      expect(every.filter(seq => !came.has(seq))).toEqual([])
    },
    { within: 60_000 },
  )
  const state = (await (await hub.fetch('/api/v1/audit-forwards')).json()) as { items: { lost: number }[] }
  expect(state.items[0]?.lost).toBe(0)
})
