import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { eventually } from '@moorage/testkit/eventually.ts'
import { Agent, fetch } from 'undici'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type TestHub, testHub } from '../test-hub.ts'
import { runCli, testIo } from '../test-io.ts'

const PASSWORD = 'four words are enough'
/** ms; a hub and a command on a busy machine. */
const WITHIN = 20_000
let hub: TestHub
let home: string
let browser: Agent
beforeAll(async () => {
  hub = await testHub()
  browser = new Agent({ connect: { ca: readFileSync(hub.caPath) } })
})
afterAll(async () => {
  await browser?.destroy()
  await hub?.[Symbol.asyncDispose]()
})
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'moorage-home-'))
  return () => rmSync(home, { recursive: true, force: true })
})

const admin = (args: string[], input?: string) =>
  runCli(args, { home, cwd: home, env: hub.env, ...(input !== undefined && { input }) })
const mine = (args: string[]) => runCli(args, { home, cwd: home })

async function post(path: string, json: unknown, cookie?: string) {
  const headers = { 'content-type': 'application/json', origin: hub.url, ...(cookie !== undefined && { cookie }) }
  const init = { method: 'POST', headers, body: JSON.stringify(json), dispatcher: browser }
  const response = await fetch(`${hub.url}/api/v1${path}`, init)
  const body = (await response.json()) as Record<string, string>
  expect(response.status, JSON.stringify(body)).toBeLessThan(300)
  return { body, cookie: response.headers.get('set-cookie')?.split(';', 1)[0] ?? '' }
}

/** Makes a user and signs them in as the console does. */
async function person(name: string): Promise<string> {
  const made = await admin(['user', 'create', name])
  expect(made).toMatchObject({ code: 0 })
  expect(made.out).toMatch(/^([a-z2-9]{4}-){5}[a-z2-9]{4}\n$/)
  const given = { user: name, password: made.out.trim(), newPassword: PASSWORD }
  return (await post('/session/password', given)).cookie
}

/** Starts a command and gives what it has said so far. */
function start(args: string[]) {
  const { io, out, err } = testIo({ home, cwd: home, env: { BROWSER: 'true' } })
  return { ended: run(args, io), out, err }
}

test('by the browser on the same machine, until signing out', async () => {
  const cookie = await person('ada')
  const login = start(['login', hub.url, '--web', '--ca', hub.caPath])
  const address = await eventually(() => new URL(/https:\/\/\S+\/command-line\?\S+/.exec(login.err())?.[0] ?? ''), {
    within: WITHIN,
  })
  const { port, state, challenge, client } = Object.fromEntries(address.searchParams)
  const { code } = (await post('/command-line/codes', { challenge, client }, cookie)).body
  const wrong = await fetch(`http://127.0.0.1:${port}/?code=${code}&state=other`)
  expect(wrong.status).toBe(404)
  expect((await fetch(`http://127.0.0.1:${port}/?${new URLSearchParams({ code: code!, state: state! })}`)).status).toBe(
    200,
  )
  expect(await login.ended).toBe(0)
  expect(login.out()).toContain('as ada')
  const saved = join(home, '.config/moorage/config.yaml')
  expect(statSync(saved).mode & 0o777).toBe(0o600)
  expect((await mine(['whoami'])).out).toContain('ada')
  const token = /token: (\S+)/.exec(readFileSync(saved, 'utf8'))?.[1] ?? ''
  expect(login.out() + login.err()).not.toContain(token)
  expect((await mine(['token', 'list'])).out).toContain('command line on')
  expect((await mine(['logout'])).out).toContain('no longer valid')
  const after = await runCli(['whoami'], { home, cwd: home, env: { ...hub.env, MOORAGE_TOKEN: token } })
  expect(after.code).toBe(4)
})

test('by a code that is typed on another machine', async () => {
  const cookie = await person('grace')
  const login = start(['login', hub.url, '--device', '--ca', hub.caPath])
  const userCode = await eventually(
    () => {
      const found = /[B-Z]{4}-[B-Z]{4}/.exec(login.err())?.[0]
      if (found === undefined) throw new Error('There is no code yet.')
      return found
    },
    { within: WITHIN },
  )
  await post('/device-codes/decision', { userCode, allow: true }, cookie)
  expect(await login.ended).toBe(0)
  expect((await mine(['whoami', '-o', 'json'])).out).toContain('"name": "grace"')
})

test('users, from the first password to the end', async () => {
  writeFileSync(join(home, 'password'), 'a first one to change\n')
  expect((await admin(['user', 'create', 'bob', '--password-file', 'password'])).out).toBe('User bob was made.\n')
  expect((await admin(['user', 'list'])).out).toMatch(/bob +local +new password +never/)
  expect((await admin(['user', 'disable', 'bob', '--reason', 'on leave'])).code).toBe(0)
  expect((await admin(['user', 'get', 'bob'])).out).toContain('on leave')
  expect((await admin(['user', 'enable', 'bob'])).code).toBe(0)
  expect((await admin(['user', 'reset-password', 'bob'])).out).toMatch(/^([a-z2-9]{4}-){5}[a-z2-9]{4}\n$/)
  expect((await admin(['user', 'delete', 'bob'])).code).toBe(8)
  expect((await admin(['user', 'delete', 'bob', '--yes'])).code).toBe(0)
  expect((await admin(['user', 'get', 'bob'])).code).toBe(3)
  const forgetful = await person('finn')
  await post('/tokens', { name: 'mine' }, forgetful)
  const kept = await admin(['user', 'reset-password', 'finn', '--keep-tokens'])
  expect(kept.err).toContain('Ended: sessions 1, tokens 0.')
  expect((await admin(['user', 'reset-password', 'finn'])).err).toContain('Ended: sessions 0, tokens 1.')
  const cookie = await person('kate')
  await post('/tokens', { name: 'mine' }, cookie)
  expect((await admin(['session', 'list', '-o', 'wide'])).out).toContain('kate')
  expect((await admin(['user', 'revoke', 'kate', '--reason', 'laptop stolen'])).out).toContain(
    'Cut: sessions 1, tokens 1, open streams 0.',
  )
})

test('a password of one’s own, typed or piped in', async () => {
  const cookie = await person('lena')
  const { token } = (await post('/tokens', { name: 'mine' }, cookie)).body
  const env = { ...hub.env, MOORAGE_TOKEN: token! }
  const change = (input: string) => runCli(['password', '--stdin'], { home, cwd: home, env, input })
  const next = 'and another five of them'
  const changed = await change(`${PASSWORD}\n${next}\n`)
  expect(changed).toMatchObject({ code: 0, out: 'The password of lena is changed.\n' })
  await post('/session/password', { user: 'lena', password: next })
  expect((await change(`wrong wrong wrong\n${PASSWORD}`)).err).toContain('The password of now is wrong')
  for (const lines of ['', 'one\n', 'one\ntwo\nthree']) {
    expect(await change(lines)).toMatchObject({ code: 2, err: expect.stringContaining('two lines') })
  }
  expect((await runCli(['password'], { home, cwd: home, env })).err).toContain('no terminal to ask on')
  expect((await admin(['password'])).err).toContain('has no password')

  const type = async (...answers: string[]) => {
    const { io, out, err } = testIo({ home, cwd: home, env, columns: 80 })
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin })
    const ended = run(['password'], { ...io, stdin })
    const asked = ['Password of now', 'New password', 'once more']
    for (const [index, answer] of answers.entries()) {
      await eventually(() => expect(err()).toContain(asked[index]), { within: WITHIN })
      stdin.write(`${answer}\r`)
    }
    return { code: await ended, said: out() + err() }
  }
  expect(await type(next, PASSWORD, `${PASSWORD} `)).toMatchObject({
    code: 2,
    said: expect.stringContaining('not the same both times'),
  })
  const typed = await type(next, PASSWORD, PASSWORD)
  expect(typed).toMatchObject({ code: 0, said: expect.stringContaining('is changed') })
  expect(typed.said).not.toContain(PASSWORD)
  await post('/session/password', { user: 'lena', password: PASSWORD })
})

test('service accounts with tokens that may less', async () => {
  expect((await admin(['service-account', 'create', 'ci', '--description', 'Deploys'])).code).toBe(0)
  const args = [
    'token',
    'create',
    'pipeline',
    '--service-account',
    'ci',
    '--read-only',
    '--cluster',
    'prod',
    '--ttl',
    '1h',
  ]
  expect(await admin(args), 'a cluster that is not there').toMatchObject({ code: 3, out: '' })
  expect((await admin(['cluster', 'import', 'prod'])).code).toBe(0)
  const made = await admin(args)
  expect(made.out).toMatch(/^moorage_[\w-]{43}\n$/)
  const env = { ...hub.env, MOORAGE_TOKEN: made.out.trim() }
  expect((await runCli(['whoami'], { home, cwd: home, env })).out).toContain('service-account')
  expect((await admin(['token', 'list', '-o', 'wide'])).out).toMatch(/pipeline +ci .*"readOnly":true/)
  expect((await admin(['service-account', 'list'])).out).toMatch(/ci +1 /)
  expect((await admin(['service-account', 'delete', 'ci', '--yes'])).code).toBe(0)
  expect((await runCli(['whoami'], { home, cwd: home, env })).code).toBe(4)
})

test('a static kubeconfig holds a token for its own clusters, and an admin is told what theirs is', async () => {
  expect((await admin(['cluster', 'import', 'alpha', '--mode', 'full'])).code).toBe(0)
  const bind = ['binding', 'create', 'dora', '--role', 'cluster-admin', '--user', 'dora', '--cluster', 'alpha']
  expect((await admin(bind)).code).toBe(0)
  const { token } = (await post('/tokens', { name: 'mine' }, await person('dora'))).body
  const env = { ...hub.env, MOORAGE_TOKEN: token! }
  const args = ['kubeconfig', '--cluster', 'alpha', '--static', '--ttl', '1h']
  const made = await runCli(args, { home, cwd: home, env })
  expect(made).toMatchObject({ code: 0, err: expect.not.stringContaining('admin token') })
  expect((await admin(['token', 'list', '-o', 'wide'])).out).toMatch(/kubeconfig of .* dora .*{"clusters":\["alpha"\]}/)
  expect(await admin(args)).toMatchObject({ code: 0, err: expect.stringContaining('holds an admin token of the hub') })
})

test('an issuer that is not there is not added', async () => {
  const added = await admin(['issuer', 'add', 'corp', '--url', 'http://127.0.0.1:9', '--client-id', 'moorage'])
  expect(added).toMatchObject({ code: 1, out: '' })
  expect(added.err).toContain('The issuer corp can not be used')
  expect((await admin(['issuer', 'list'])).err).toContain('There are no issuers')
  expect((await admin(['issuer', 'delete', 'corp'])).code, 'nobody can be asked here').toBe(8)
  expect((await admin(['issuer', 'remove', 'corp', '--yes'])).code).toBe(3)
})
