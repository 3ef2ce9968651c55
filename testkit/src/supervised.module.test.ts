import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually } from './eventually.ts'
import { startSupervised } from './supervised.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'moorage-supervised-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const options = (script: string) => ({
  name: 'it',
  command: '/bin/sh',
  args: ['-c', script],
  logPath: join(dir, 'log'),
})

test('a process that was killed is started again, and one that was stopped is not', async () => {
  const supervised = await startSupervised(options('echo started; sleep 60'))
  const said = (text: string) =>
    eventually(() => expect(readFileSync(join(dir, 'log'), 'utf8')).toBe(text), { within: 5_000 })
  await said('started\n')
  const { pid } = supervised
  process.kill(pid, 'SIGKILL')
  await eventually(() => expect(supervised.pid).not.toBe(pid), { within: 5_000 })
  await said('started\nstarted\n')
  const second = supervised.pid
  await supervised.stop()
  expect(() => process.kill(second, 0)).toThrow()
})

test('one that always dies is given up, with what it said', async () => {
  const supervised = await startSupervised(options('echo no such luck; exit 3'))
  await expect(supervised.failed()).rejects.toThrow(/code 3[\s\S]*no such luck/)
  await supervised.stop()
})
