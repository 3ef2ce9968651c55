import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from './eventually.ts'
import { expectNoLeaks } from './leaks.ts'
import { isAlive } from './lock.ts'
import { type ProcessEnded, startProcess, untilReady } from './process.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'moorage-process-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

const shell = (script: string, name: string) =>
  startProcess({ name, command: '/bin/sh', args: ['-c', script], logPath: join(dir, `${name}.log`) })

test('a process that ends early is reported with the end of its log', async () => {
  await using child = await shell('echo one; echo two >&2; exit 3', 'early')
  const error = (await child.failed().catch(e => e)) as ProcessEnded
  expect(error.code).toBe('process_ended')
  expect(error.message).toMatch(/^early ended with code 3; the end of .*early\.log:\none\ntwo$/)
  expect(child.running).toBe(false)
})

test('a wait for readiness gives up at once when the process ends', async () => {
  await using child = await shell('echo broken; exit 1', 'unready')
  const start = performance.now()
  await expect(untilReady([child], 30_000, () => false)).rejects.toThrow(/unready ended with code 1; .*broken/s)
  expect(performance.now() - start).toBeLessThan(10_000)
})

test('a program that is not there is reported by name', async () => {
  const missing = startProcess({
    name: 'nothing',
    command: '/nonexistent',
    args: [],
    logPath: join(dir, 'nothing.log'),
  })
  const failed = missing.then(child => child.failed())
  await expect(failed).rejects.toThrow(/nothing (ended with|did not start)/)
})

test('stop ends it, kills it when it does not listen, and leaves nothing open', async () => {
  await using _ = expectNoLeaks()
  const child = await shell('trap "" TERM; echo deaf now; while :; do sleep 0.1; done', 'deaf')
  await eventually(() => expect(child.tail()).toBe('deaf now'))
  const start = performance.now()
  await child.stop(300)
  expect(performance.now() - start).toBeGreaterThanOrEqual(290)
  expect(isAlive(child.pid)).toBe(false)
  expect(await child.ended).toBe('SIGKILL')
})

test('a frozen process can be stopped', async () => {
  const child = await shell('exec sleep 60', 'frozen')
  child.signal('SIGSTOP')
  await child.stop(5_000)
  expect(await child.ended).toBe('SIGTERM')
})

test('a child does not outlive a parent that was killed', async () => {
  const script = `
    const { startProcess, untilReady } = await import(${JSON.stringify(new URL('./process.ts', import.meta.url).href)})
    const child = await startProcess({ name: 'child', command: '/bin/sleep', args: ['60'], logPath: ${JSON.stringify(join(dir, 'child.log'))} })
    console.log(child.pid)
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(parent.stdout, 'data')
  const pid = Number(`${line}`)
  // It is tied to its parent once it is the program itself.
  await eventually(() => expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('sleep\n'))
  parent.kill('SIGKILL')
  await eventually(() => !isAlive(pid))
})
