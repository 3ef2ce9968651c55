import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestHub, testHub } from '../test-hub.ts'
import { runCli } from '../test-io.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await testHub()
})
afterAll(async () => hub?.[Symbol.asyncDispose]())

const cli = (...args: string[]) => runCli(args, { cwd: hub.dir, home: hub.dir, env: hub.env })

test('the admin token is reset by whoever has the data folder of a stopped hub', async () => {
  expect(await cli('admin', 'reset-token', '--data', 'nowhere')).toMatchObject({ code: 3, out: '' })
  const running = await cli('admin', 'reset-token', '--data', 'data')
  expect(running).toMatchObject({ code: 1, out: '' })
  expect(running.err).toContain('is in use by process')
  expect((await cli('whoami')).code).toBe(0)
  await hub.stop()
  const reset = await cli('admin', 'reset-token', '--data', 'data')
  expect(reset.code).toBe(0)
  expect(reset.out).toMatch(/^moorage_[\w-]{43}\n$/)
  expect(reset.out).not.toContain(hub.token)
  expect(reset.err).toContain('no longer valid')
})
