import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type TestPlace, testPlace } from '@moorage/hub/store/fixtures/stores.ts'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type TestHub, testHub } from '../test-hub.ts'
import { runCli } from '../test-io.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await testHub()
})
afterAll(async () => hub?.[Symbol.asyncDispose]())

const cli = (args: string[], options: { signal?: AbortSignal } = {}) =>
  runCli(args, { cwd: hub.dir, home: hub.dir, env: hub.env, ...options })
const urlOf = ({ config }: TestPlace) => (config.kind === 'postgres' ? config.url : '')

test('a hub moves from the embedded database to PostgreSQL and back', async () => {
  await using place = await testPlace('postgres', inject('databaseUrl'))
  const url = urlOf(place)
  const unused = await cli(['backup', 'none.backup', '--database-url', url])
  expect(unused).toMatchObject({ code: 3, out: '' })
  expect(unused.err).toContain('No hub has ever used the database')

  expect((await cli(['backup', 'one.backup'])).code).toBe(0)
  const there = await cli(['restore', 'one.backup', '--data', 'data', '--database-url', url])
  expect(there.code).toBe(0)
  expect(there.out).toContain(new URL(url).pathname)
  expect(there.out).not.toContain(new URL(url).password)
  expect((await cli(['restore', 'one.backup', '--data', 'data', '--database-url', url])).code).toBe(5)
  expect((await cli(['restore', 'one.backup', '--data', 'data', '--database-url', url, '--replace'])).code).toBe(2)

  expect((await cli(['backup', 'two.backup', '--database-url', url])).code).toBe(0)
  cpSync(join(hub.dir, 'data/keys'), join(hub.dir, 'back/keys'), { recursive: true })
  const back = await cli(['restore', 'two.backup', '--data', 'back'])
  expect(back.code).toBe(0)
  expect(/\d+ rows/.exec(back.out)?.[0]).toBe(/\d+ rows/.exec(there.out)?.[0])
})

test('a wrong password is said without it', async () => {
  const url = new URL(inject('databaseUrl'))
  url.password = 'planted'
  const refused = await cli(['backup', 'x.backup', '--database-url', url.href])
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('password authentication failed')
  expect(refused.err).not.toContain('planted')
})

test('Ctrl-C leaves no half of a backup, and no half of a restored database', async () => {
  await using place = await testPlace('postgres', inject('databaseUrl'))
  mkdirSync(join(hub.dir, 'keyed'))
  cpSync(join(hub.dir, 'data/keys'), join(hub.dir, 'keyed/keys'), { recursive: true })
  const signal = AbortSignal.abort(new DOMException('Stopped by Ctrl-C.', 'AbortError'))
  expect((await cli(['backup', 'cut.backup'], { signal })).code).toBe(130)
  expect((await cli(['restore', 'one.backup', '--data', 'keyed'], { signal })).code).toBe(130)
  expect(
    (await cli(['restore', 'one.backup', '--data', 'data', '--database-url', urlOf(place)], { signal })).code,
  ).toBe(130)
  expect((await cli(['backup', 'after.backup', '--database-url', urlOf(place)])).code).toBe(3)
  expect(readdirSync(hub.dir).filter(name => name.includes('cut.backup') || name.includes('unfinished'))).toEqual([])
  expect(readdirSync(join(hub.dir, 'keyed')).filter(name => name.startsWith('db'))).toEqual([])
})
