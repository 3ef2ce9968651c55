import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@moorage/testkit/ports.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type TestHub, testHub } from '../test-hub.ts'
import { runCli } from '../test-io.ts'

let hub: TestHub
let home: string

beforeAll(async () => {
  hub = await testHub()
})
afterAll(async () => hub?.[Symbol.asyncDispose]())
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'moorage-home-'))
  return () => rmSync(home, { recursive: true, force: true })
})

const cli = (args: string[], more: { input?: string; env?: Record<string, string> } = {}) =>
  runCli(args, { home, cwd: home, ...more })
const saved = () => join(home, '.config/moorage/config.yaml')

test('a token by standard input and a CA by its fingerprint: saved for the owner alone, and used from then on', async () => {
  const signedIn = await cli(['login', hub.url, '--ca-fingerprint', hub.fingerprint], { input: `${hub.token}\n` })
  expect(signedIn).toMatchObject({ code: 0, err: '' })
  expect(signedIn.out).not.toContain(hub.token)
  expect(statSync(saved()).mode & 0o777).toBe(0o600)
  expect(statSync(join(home, '.config/moorage')).mode & 0o777).toBe(0o700)
  expect((await cli(['whoami'])).out).toContain(hub.url)
  expect((await cli(['cluster', 'list'])).code).toBe(0)
  chmodSync(saved(), 0o644)
  expect((await cli(['whoami'])).err).toContain('chmod 600')

  expect((await cli(['logout'])).code).toBe(0)
  expect(readFileSync(saved(), 'utf8')).not.toContain(hub.token)
  expect((await cli(['whoami'])).code).toBe(4)
})

test('an unknown CA is not trusted unasked, and its fingerprint is shown', async () => {
  const refused = await cli(['login', hub.url, '--token', hub.token])
  expect(refused.code).toBe(6)
  expect(refused.err).toContain(hub.fingerprint)
  const other = await cli(['login', hub.url, '--token', hub.token, '--ca-fingerprint', 'ab'.repeat(32)])
  expect(other.code).toBe(6)
  expect(other.err).toContain('another fingerprint')
})

test('a wrong token is not saved', async () => {
  const refused = await cli(['login', hub.url, '--token', 'wrong', '--ca', hub.caPath])
  expect(refused.code).toBe(4)
  expect((await cli(['context', 'list', '-o', 'name'])).out).toBe('')
})

test('what is not a hub is not saved: a page, or plain HTTP where TLS is spoken', async () => {
  const login = (url: string) => cli(['login', url, '--token', hub.token, '--ca', hub.caPath])
  const pages = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<p>Hello</p>'))
  pages.listen(0, '127.0.0.1')
  await once(pages, 'listening')
  const page = await login(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/some/path`)
  pages.close()
  expect(page.code).not.toBe(0)
  expect(page.err).toContain('not an answer of a Moorage hub')
  const plain = await login(hub.url.replace('https', 'http'))
  expect(plain.code).toBe(6)
  expect(plain.err).toContain(`try ${hub.url}`)
  expect((await cli(['context', 'list', '-o', 'name'])).out).toBe('')
})

test('several hubs, each by its name', async () => {
  writeFileSync(join(home, 'token'), hub.token)
  for (const name of ['one', 'two'])
    expect((await cli(['login', hub.url, '--token-file', 'token', '--ca', hub.caPath, '--name', name])).code).toBe(0)
  expect((await cli(['context', 'current'])).out).toContain('context "two"')
  await cli(['context', 'use', 'one'])
  expect(parse(readFileSync(saved(), 'utf8')).current).toBe('one')
  expect((await cli(['context', 'list', '-o', 'json'])).out).not.toContain(hub.token)
  expect((await cli(['whoami', '--hub', 'two'])).out).toContain('context "two"')
  expect((await cli(['whoami', '--hub', 'three'])).code).toBe(3)
  await cli(['context', 'remove', 'one'])
  expect((await cli(['context', 'list', '-o', 'name'])).out).toBe('two\n')
  expect((await cli(['context', 'current'])).out).toContain('two')
})

test('the file is where MOORAGE_CONFIG or XDG_CONFIG_HOME say', async () => {
  const login = ['login', hub.url, '--token', hub.token, '--ca', hub.caPath]
  await cli(login, { env: { MOORAGE_CONFIG: join(home, 'own.yaml') } })
  expect(statSync(join(home, 'own.yaml')).mode & 0o777).toBe(0o600)
  await cli(login, { env: { XDG_CONFIG_HOME: join(home, 'xdg') } })
  expect(statSync(join(home, 'xdg/moorage/config.yaml')).isFile()).toBe(true)
})

test('a file that is not YAML is refused without quoting it', async () => {
  const config = join(home, 'own.yaml')
  writeFileSync(config, `token: "${hub.token}\n  : [`)
  const refused = await cli(['whoami'], { env: { MOORAGE_CONFIG: config } })
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('is not valid YAML')
  expect(refused.err).not.toContain(hub.token)
})

test('the environment signs in without a file', async () => {
  expect((await cli(['whoami'], { env: hub.env })).out).toContain('from MOORAGE_URL')
  const refused = await cli(['whoami'], { env: { MOORAGE_URL: hub.url, MOORAGE_TOKEN: hub.token } })
  expect(refused.code).toBe(6)
  expect(refused.err).toContain('not trusted here')
})

test('a hub that is not there ends with 6 and says which', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`
  const gone = await cli(['whoami'], { env: { MOORAGE_URL: nobody, MOORAGE_TOKEN: 'x' } })
  expect(gone.code).toBe(6)
  expect(gone.err).toContain(`${nobody} refused the connection`)
})

test('tokens are made, listed and revoked, and a revoked one is refused', async () => {
  const made = await cli(['token', 'create', 'ci', '--ttl', '1h'], { env: hub.env })
  const token = made.out.trim()
  expect(made).toMatchObject({ code: 0, out: `${token}\n` })
  const env = { ...hub.env, MOORAGE_TOKEN: token }
  expect((await cli(['whoami'], { env })).out).toContain('ci')
  const { items } = JSON.parse((await cli(['token', 'list', '-o', 'json'], { env })).out)
  const { id } = items.find(({ name }: { name: string }) => name === 'ci')
  expect((await cli(['token', 'revoke', id], { env: hub.env })).code).toBe(0)
  expect((await cli(['whoami'], { env })).code).toBe(4)
})

test('version tells both, and its own when the hub is away', async () => {
  expect((await cli(['version'], { env: hub.env })).out).toContain('store pglite')
  const away = await cli(['version'], { env: { MOORAGE_URL: 'http://127.0.0.1:1', MOORAGE_TOKEN: 'x' } })
  expect(away.code).toBe(0)
  expect(away.out).toContain('not known')
})

test('a cluster that nobody knows ends with 3, as a table and as JSON', async () => {
  const text = await cli(['cluster', 'get', 'nope'], { env: hub.env })
  expect(text).toMatchObject({ code: 3, out: '' })
  const json = await cli(['cluster', 'get', 'nope', '-o', 'json'], { env: hub.env })
  expect(JSON.parse(json.err)).toMatchObject({ code: 'cluster_not_found', status: 404 })
})
