import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestHub, testHub } from '../test-hub.ts'
import { runCli } from '../test-io.ts'

// One hub for all, in this order: starting an embedded database takes seconds each time.
let hub: TestHub

beforeAll(async () => {
  hub = await testHub()
})
afterAll(async () => hub?.[Symbol.asyncDispose]())

/** A data folder with the keys of the hub, and nothing else. */
const withKeys = (name: string) => cpSync(join(hub.dir, 'data/keys'), join(hub.dir, name, 'keys'), { recursive: true })
const cli = (...args: string[]) => runCli(args, { cwd: hub.dir, home: hub.dir, env: hub.env })

test('a backup of the running hub, restored into a new folder once and not twice', async () => {
  const written = await cli('backup', 'all.backup')
  expect(written).toMatchObject({ code: 0, out: '' })
  expect(statSync(join(hub.dir, 'all.backup')).mode & 0o777).toBe(0o600)

  withKeys('fresh')
  const restored = await cli('restore', 'all.backup', '--data', 'fresh')
  expect(restored.code).toBe(0)
  expect(restored.out).toMatch(/^Restored \d+ rows/)
  const again = await cli('restore', 'all.backup', '--data', 'fresh')
  expect(again.code).toBe(5)
  expect(again.err).toContain('--replace')
})

test('a file that was cut restores nothing', async () => {
  const whole = readFileSync(join(hub.dir, 'all.backup'))
  writeFileSync(join(hub.dir, 'cut.backup'), whole.subarray(0, whole.length / 2))
  withKeys('empty')
  const cut = await cli('restore', 'cut.backup', '--data', 'empty')
  expect(cut.code).toBe(1)
  expect(cut.err).toContain('not a whole backup')
  expect(readdirSync(join(hub.dir, 'empty')).filter(name => name.startsWith('db'))).toEqual([])
})

test('what is missing is named', async () => {
  const noFile = await cli('restore', 'nope.backup', '--data', 'empty')
  expect(noFile.code).toBe(2)
  expect(noFile.err).toContain('There is no backup at')
  expect((await cli('restore', '--data', 'empty')).code).toBe(2)
  expect((await cli('backup', 'x.backup', '--data', 'nowhere')).code).toBe(3)
  for (const [file, why] of [
    ['nowhere/x.backup', 'is not there'],
    ['all.backup/x.backup', 'is no folder'],
    ['empty', 'is a folder'],
  ] as const) {
    const refused = await cli('backup', file)
    expect(refused.code).toBe(2)
    expect(refused.err).toContain(why)
  }
  const folder = await cli('restore', 'empty', '--data', 'fresh2')
  expect(folder.code).toBe(2)
  expect(folder.err).toContain('is a folder')
  expect((await cli('restore', 'all.backup', '--database-url', 'mysql://x')).code).toBe(2)
})

test('a database in use is left alone; of a stopped hub it is backed up, and goes back to a snapshot', async () => {
  expect((await cli('backup', 'no.backup', '--data', 'data')).code).toBe(1)
  expect(existsSync(join(hub.dir, 'no.backup'))).toBe(false)
  await hub.stop()
  expect((await cli('backup', 'stopped.backup', '--data', 'data')).code).toBe(0)
  const back = await cli('restore', '--data', 'data', '--snapshot', 'latest')
  expect(back.code).toBe(0)
  expect(back.err).toContain('The database that was there is now in')
})
