import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { eventually } from '@moorage/testkit/eventually.ts'
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
  expect((await json('--resource', 'tokens', '--verb', 'create', '--status', '2xx')).items).toHaveLength(1)
  expect((await json('--refused')).items).toMatchObject([{ action: 'hub.whoami', status: 401 }])
  expect((await cli('audit', '--status', '600')).code).toBe(2)
  expect((await json('--until', '1h')).items).toEqual([])
  expect((await cli('audit', '--action', 'clusters')).err).toContain('There are no such lines.')
})

test('a log that is whole, one that was tampered with, and a head that was kept', async () => {
  const head = await cli('audit', 'head')
  await writeFile(join(hub.dir, 'head.json'), head.out)
  const whole = await cli('audit', 'verify', '--head', 'head.json')
  expect(whole).toMatchObject({ code: 0 })
  expect(whole.out).toMatch(
    /^The audit log is whole: \d+ lines up to line \d+, .*\nIt goes on from line \d+, as it was kept\.\n$/,
  )
  expect(
    await runCli(['audit', 'verify', '--head', '-'], { home: hub.dir, cwd: hub.dir, env: hub.env, input: head.out }),
  ).toMatchObject({ code: 0 })
  await writeFile(join(hub.dir, 'forged.json'), head.out.replace(/"seq": \d+/, '"seq": 1'))
  expect(await cli('audit', 'verify', '--head', 'forged.json')).toMatchObject({
    code: 2,
    err: expect.stringContaining('its signature does not match'),
  })
})

test('lines as JSON and as CSV', async () => {
  const lines = (await cli('audit', 'export', '-', '--action', 'tokens')).out.trimEnd().split('\n')
  expect(lines.map(line => JSON.parse(line).action)).toEqual(lines.map(() => 'tokens.create'))
  expect(await cli('audit', 'export', 'out.csv', '--format', 'csv')).toMatchObject({ code: 0 })
  const csv = (await readFile(join(hub.dir, 'out.csv'), 'utf8')).split('\r\n')
  expect(csv[0]).toMatch(/^seq,at,actorKind,actor,/)
  expect(csv.find(line => line.includes('raw.auditExport'))).toMatch(/^\d+,2.*,token,first admin,/)
  expect((await cli('audit', 'export', 'none/out.csv')).code).toBe(2)
})

test('the log is sent elsewhere, which is tried, listed, stopped and taken away', async () => {
  const posted: { body: string; authorization: string | undefined }[] = []
  const server = createServer(async (request, response) => {
    posted.push({ body: await text(request), authorization: request.headers.authorization })
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in?token=planted`
  try {
    await writeFile(join(hub.dir, 'headers'), 'Authorization: Bearer planted\n')
    const args = ['audit', 'forward', 'add', 'hook', '--to', '-', '--headers-file', 'headers']
    const added = await runCli(args, { cwd: hub.dir, home: hub.dir, env: hub.env, input: to })
    expect(added).toMatchObject({ code: 0, out: expect.stringContaining('It took a line that was sent to try it.') })
    await eventually(() => expect(posted.map(({ body }) => body).join()).toContain('auditForwards.test'))
    expect(posted[0]).toMatchObject({ authorization: 'Bearer planted' })

    const listed = await cli('audit', 'forward', 'list', '-o', 'wide')
    expect(listed.out).toMatch(/hook +http:\/\/127\.0\.0\.1:\d+\/in\?… +(current|behind) .*Authorization/)
    const json = await cli('audit', 'forward', 'list', '-o', 'json')
    expect(`${added.out}${added.err}${listed.out}${json.out}`).not.toContain('planted')
    expect((await cli('audit', 'forward', 'test', 'hook')).out).toMatch(/^hook took a line, in \d+ ms/)
    expect((await cli('audit', 'forward', 'disable', 'hook')).out).toContain('Nothing more is sent to hook.')
    expect((await cli('audit', 'forward', 'list')).out).toContain('disabled')
    expect((await cli('audit', 'forward', 'enable', 'hook')).code).toBe(0)
  } finally {
    server.closeAllConnections()
    server.close()
  }
  expect(await cli('audit', 'forward', 'test', 'hook')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/ECONNREFUSED/),
  })
  expect((await cli('audit', 'forward', 'remove', 'hook')).code, 'nobody can be asked here').toBe(8)
  expect((await cli('audit', 'forward', 'remove', 'hook', '--yes')).code).toBe(0)
  expect((await cli('audit', 'forward', 'test', 'hook')).code).toBe(3)
  expect(await cli('audit', 'forward', 'add', 'x', '--to', 'ftp://a')).toMatchObject({
    code: 2,
    err: expect.stringContaining('syslog+tls://'),
  })
})

test('a body that was not kept is said to be none', async () => {
  const found = await cli('audit', 'body', 'none')
  expect(found).toMatchObject({ code: 3, err: expect.stringContaining('moorage cluster audit-bodies') })
  expect((await cli('cluster', 'audit-bodies', 'nowhere')).code).toBe(3)
})
