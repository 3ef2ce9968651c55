import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestHub, testHub } from '../test-hub.ts'
import { runCli } from '../test-io.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await testHub()
})
afterAll(async () => hub?.[Symbol.asyncDispose]())

const cli = (...args: string[]) => runCli(args, { cwd: hub.dir, home: hub.dir, env: hub.env })

test('who did what, by action, actor and time', async () => {
  expect((await cli('token', 'create', 'ci')).code).toBe(0)
  const refused = await runCli(['whoami'], {
    cwd: hub.dir,
    home: hub.dir,
    env: { ...hub.env, MOORAGE_TOKEN: 'forged' },
  })
  expect(refused.code).toBe(4)

  const all = await cli('audit')
  expect(all.out).toMatch(/^TIME +WHO +FROM +ACTION +TARGET +OUTCOME/)
  expect(all.out).toMatch(/first admin +127\.0\.0\.1 +tokens\.create +tokens\/\S+ +done/)
  expect(all.out).toMatch(/anonymous +127\.0\.0\.1 +hub\.whoami +\S+ +refused \(401\)/)

  const json = async (...args: string[]) => JSON.parse((await cli('audit', '-o', 'json', ...args)).out)
  const made = await json('--action', 'tokens.create', '--actor', 'first admin', '--since', '1h')
  expect(made.items).toMatchObject([
    { action: 'tokens.create', allowed: true, status: 201, actor: { kind: 'token', name: 'first admin' } },
    { action: 'tokens.create', allowed: true, status: null },
  ])
  expect((await json('--action', 'clusters')).items).toEqual([])
  expect((await json('--until', '1h')).items).toEqual([])
  expect((await cli('audit', '--action', 'clusters')).err).toContain('There are no such lines.')
})
