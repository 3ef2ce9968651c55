import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubectlPromptPath, PROMPT_PROTOCOL } from '@moorage/contract/terminal.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { userToken } from '../fixtures/as-user.ts'
import { insertTestCluster, type StartedApi, startTestApi } from '../fixtures/started-api.ts'
import { cookieOf } from './fixtures/cookie-of.ts'
import { openPromptClient, type PromptClient } from './fixtures/prompt-client.ts'
import { isRunning, placeStandIn, quietMember, type ShownByStandIn } from './fixtures/stand-in.ts'

const dir = mkdtempSync(join(tmpdir(), 'moorage-stand-in-'))
let api: StartedApi
let bare: StartedApi

beforeAll(async () => {
  api = await startTestApi({ kubectl: placeStandIn(dir), transport: quietMember })
  bare = await startTestApi({ terminals: { pod: true, kubectl: true } })
  await insertTestCluster(api.store, 'alpha')
  await insertTestCluster(bare.store, 'alpha')
})
afterAll(async () => {
  await Promise.all([api[Symbol.asyncDispose](), bare[Symbol.asyncDispose]()])
  rmSync(dir, { recursive: true })
})

const open = (headers: Record<string, string> = { authorization: `Bearer ${api.token}` }, of = api) =>
  openPromptClient(of.url, 'alpha', headers)
const rows = (requestId: string) =>
  api.store.db.selectFrom('audit').selectAll().where('request_id', '=', requestId).orderBy('seq').execute()

/** Begins a run that ends when it is killed; gives its process id. */
async function hang(prompt: PromptClient, id: string): Promise<number> {
  prompt.send(JSON.stringify({ type: 'run', id, line: 'get hang' }))
  const first = await prompt.next()
  return first.type === 'output' ? Number(first.text) : 0
}

describe('a line', () => {
  test('is run with what it was understood as, in an empty home that is gone afterwards', async () => {
    using prompt = await open()
    const { stdout, end } = await prompt.say('get env -A')
    const { env, args, cwd } = JSON.parse(stdout) as ShownByStandIn
    expect(end).toEqual({ type: 'exit', id: 'line-1', code: 0 })
    expect(args).toEqual(['get', 'env', '--all-namespaces'])
    expect(Object.keys(env).sort()).toEqual([
      'GOMAXPROCS',
      'GOMEMLIMIT',
      'HOME',
      'KUBECACHEDIR',
      'KUBECONFIG',
      'KUBECTL_ENABLE_CMD_SHADOW',
      'KUBERC',
      'LANG',
      'PATH',
      'TERM',
      'TMPDIR',
    ])
    expect(env).toMatchObject({ HOME: cwd, PATH: '/nonexistent' })
    expect(existsSync(cwd)).toBe(false)
    const said = await prompt.say('get it')
    expect(said).toEqual({ stdout: 'said it\n', stderr: 'oh\n', end: { type: 'exit', id: 'line-2', code: 3 } })
  })

  test('waits for the one before it, and can be cancelled whatever the program thinks of that', async () => {
    using prompt = await open()
    const pid = await hang(prompt, 'one')
    prompt.send(JSON.stringify({ type: 'run', id: 'two', line: 'get it' }))
    expect(await prompt.next()).toMatchObject({
      type: 'refused',
      id: 'two',
      message: expect.stringContaining('cancel'),
    })
    expect(isRunning(pid)).toBe(true)
    prompt.send(JSON.stringify({ type: 'cancel', id: 'another' }))
    prompt.send(JSON.stringify({ type: 'cancel', id: 'one' }))
    expect(await prompt.next()).toEqual({ type: 'exit', id: 'one', code: null, reason: 'It was cancelled.' })
    expect(isRunning(pid)).toBe(false)
  })

  test('is ended when it prints too much', async () => {
    using prompt = await open()
    const { stdout, end } = await prompt.say('get much')
    expect(end).toMatchObject({ type: 'exit', code: null, reason: expect.stringContaining('more than 8 MiB') })
    expect(stdout.length).toBeLessThanOrEqual(8 * 1_048_576)
  })

  test('is not run where it has to be recorded and can not be', async () => {
    await api.send('/api/v1/clusters/alpha/recording', { method: 'PUT', json: { policy: 'record-or-refuse' } })
    using prompt = await open()
    await api.store.db.schema.alterTable('recordings').renameTo('away').execute()
    try {
      expect((await prompt.say('get it')).end).toMatchObject({
        type: 'refused',
        message: expect.stringContaining('recorded'),
      })
    } finally {
      await api.store.db.schema.alterTable('away').renameTo('recordings').execute()
      await api.send('/api/v1/clusters/alpha/recording', { method: 'PUT', json: { policy: null } })
    }
    expect((await prompt.say('get it')).end).toMatchObject({ type: 'exit', code: 3 })
  })

  test('is one of three at most that a person may have at once', async () => {
    const prompts = await Promise.all([open(), open(), open(), open()])
    for (const prompt of prompts.slice(0, 3)) {
      await hang(prompt, 'x')
    }
    expect((await prompts[3]?.say('get it'))?.end).toMatchObject({
      type: 'refused',
      message: expect.stringMatching(/^3 lines|^3 of/),
    })
    for (const prompt of prompts) prompt[Symbol.dispose]()
  })
})

describe('a prompt', () => {
  test('has a line in the audit before it opens, and one when it is over', async () => {
    const prompt = await open()
    await prompt.say('get it')
    const { recording } = await eventually(async () => {
      const [row] = await api.store.db.selectFrom('recordings').selectAll().orderBy('started_at', 'desc').execute()
      expect(row).toBeDefined()
      return { recording: row?.id ?? '' }
    })
    prompt.socket.close()
    await eventually(async () =>
      expect(await rows(recording)).toMatchObject([
        { action: 'raw.prompt', status: null, allowed: true, target: 'clusters/alpha', actor_id: api.tokenId },
        { action: 'raw.prompt', status: 101, recording },
      ]),
    )
  })

  test('is cut, with what runs in it, within 2 s when its credential or the right to the cluster goes', async () => {
    const token = await userToken(api, 'ada')
    const json = { role: 'namespace-read-only', subjects: [{ kind: 'user', name: 'ada' }] }
    const scope = { kind: 'namespace', cluster: 'alpha', namespaces: ['shop'] }
    const bind = () => api.send('/api/v1/bindings/ada', { method: 'PUT', json: { ...json, scope } })
    const takes = [
      () => api.send('/api/v1/bindings/ada', { method: 'DELETE' }),
      () => api.send('/api/v1/users/ada/disable', { method: 'POST', json: {} }),
    ]
    for (const take of takes) {
      await (await bind()).arrayBuffer()
      const prompt = await eventually(() => open({ authorization: `Bearer ${token}` }))
      const pid = await hang(prompt, 'x')
      const at = performance.now()
      const taken = await take()
      expect(taken.status, await taken.text()).toBeLessThan(300)
      expect((await prompt.closed).code).toBe(4403)
      expect(performance.now() - at).toBeLessThan(2_000)
      // It does not hear SIGTERM, and is given 2 s more.
      await eventually(() => expect(isRunning(pid)).toBe(false))
    }
  })

  test('is refused before the upgrade, as a problem', async () => {
    const refused = (headers: Record<string, string>, of = api) =>
      open(headers, of).then(String, error => (error as Error).message)
    expect(await refused({})).toMatch(/^401 .*"unauthenticated"/)
    expect(await refused({ authorization: 'Bearer moorage_forged' })).toMatch(/^401 .*"unauthenticated"/)
    expect(await refused({ authorization: `Bearer ${await userToken(api, 'eve')}` })).toMatch(
      /^404 .*"cluster_not_found"/,
    )
    expect(await refused({ authorization: `Bearer ${bare.token}` }, bare)).toMatch(
      /^503 .*"kubectl_missing".*--kubectl PATH/,
    )
    expect((await bare.send(kubectlPromptPath('alpha'))).status).toBe(503)
    const told = (await (await api.send(kubectlPromptPath('alpha'))).json()) as {
      commands: { name: string; flags: string[] }[]
    }
    expect(told.commands.find(({ name }) => name === 'get')?.flags).toContain('watch')
  })

  test('is not opened by a page of another site with the person’s cookie', async () => {
    const cookie = await cookieOf(api)
    await expect(open({ cookie, origin: 'https://evil.example' })).rejects.toThrow(/^403 .*"forbidden"/)
    await expect(open({ cookie })).rejects.toThrow(/^403/)
    using prompt = await open({ cookie, origin: api.url })
    expect((await prompt.say('get it')).end).toMatchObject({ code: 3 })
    const left = await fetch(`${api.url}/api/v1/session`, { method: 'DELETE', headers: { cookie, origin: api.url } })
    expect(left.status).toBeLessThan(300)
    expect((await prompt.closed).code).toBe(4403)
  })

  test.each<[string, Record<string, string>, string]>([
    ['without its sub-protocol', { 'sec-websocket-protocol': 'chat' }, ''],
    ['of another version', { 'sec-websocket-version': '8' }, ''],
    ['without a key', { 'sec-websocket-key': 'x' }, ''],
    ['by another protocol', { upgrade: 'SPDY/3.1' }, ''],
    ['with a query', {}, '?x=1'],
  ])('is refused %s', async (_how, headers, query) => {
    const answer = await new Promise<{ status: number | undefined; type: string | undefined }>((resolve, reject) => {
      const all = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        authorization: `Bearer ${api.token}`,
      }
      const web = { 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-protocol': PROMPT_PROTOCOL }
      const asking = request(`${api.url}${kubectlPromptPath('alpha')}${query}`, {
        headers: { ...all, ...web, ...headers },
        agent: false,
      })
      asking.on('response', head => {
        head.resume()
        resolve({ status: head.statusCode, type: head.headers['content-type'] })
      })
      asking.on('upgrade', () => reject(new Error('It was opened.')))
      asking.on('error', reject)
      asking.end()
    })
    expect(answer).toEqual({ status: 400, type: 'application/problem+json' })
  })
})

describe('what is none of the protocol', () => {
  const message = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record({ type: fc.constantFrom('run', 'cancel', 'output'), id: fc.anything(), line: fc.anything() })
      .map(each => JSON.stringify(each)),
  )
  test('closes the prompt, or is answered, and harms nothing', async () => {
    await fc.assert(
      fc.asyncProperty(message, fc.boolean(), async (text, binary) => {
        using prompt = await open()
        prompt.socket.send(text, { binary })
        prompt.send(JSON.stringify({ type: 'cancel', id: 'none' }))
        const outcome = await Promise.race([prompt.closed, prompt.next().catch(() => prompt.closed)])
        if ('code' in outcome && 'reason' in outcome && !('type' in outcome)) expect(outcome.code).toBe(4400)
        else expect(outcome).toHaveProperty('type')
      }),
      { numRuns: 40 },
    )
    using prompt = await open()
    expect((await prompt.say('get it')).end).toMatchObject({ code: 3 })
  })

  test('a message that is too long closes it', async () => {
    using prompt = await open()
    prompt.send('x'.repeat(40_000))
    expect((await prompt.closed).code).toBe(1009)
  })
})

describe('the door of runs', () => {
  const ask = (url: URL, headers: Record<string, string>, ca: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asking = get(url, { headers, ca, agent: false }, answer => {
        answer.resume()
        resolve(answer.statusCode)
      })
      asking.on('error', reject)
    })

  test('lets in one run, to one cluster, while it lasts', async () => {
    using prompt = await open()
    const pid = await hang(prompt, 'x')
    const home = readFileSync(`/proc/${pid}/environ`, 'utf8').match(/KUBECONFIG=([^\0]+)/)?.[1] ?? ''
    const text = readFileSync(home, 'utf8')
    const of = (name: string) => text.match(new RegExp(`${name}: (\\S+)`))?.[1] ?? ''
    const shown = {
      server: new URL(of('server')),
      token: of('token'),
      ca: Buffer.from(of('certificate-authority-data'), 'base64').toString(),
    }
    const below = (path: string) => new URL(`${shown.server.href}${path}`)
    const own = { authorization: `Bearer ${shown.token}` }
    expect(shown.server.hostname).toBe('127.0.0.1')
    expect(await ask(below('/api/v1/pods'), own, shown.ca)).toBe(200)
    expect(await ask(below('/api/v1/pods'), { authorization: `Bearer ${api.token}` }, shown.ca)).toBe(401)
    expect(await ask(below('/api/v1/pods'), {}, shown.ca)).toBe(401)
    expect(await ask(new URL('/api/v1/tokens', shown.server), own, shown.ca)).toBe(404)
    expect(await ask(new URL('/k8s/beta/api', shown.server), own, shown.ca)).toBe(404)
    expect(
      await ask(
        below('/api/v1/namespaces/a/pods/b/exec?command=sh'),
        { ...own, connection: 'Upgrade', upgrade: 'websocket' },
        shown.ca,
      ),
    ).toBe(400)
    expect((await fetch(`${api.url}/api/v1/whoami`, { headers: own })).status).toBe(401)
    prompt.send(JSON.stringify({ type: 'cancel', id: 'x' }))
    expect(await prompt.next()).toMatchObject({ type: 'exit' })
    expect(await ask(below('/api/v1/pods'), own, shown.ca)).toBe(401)
    const kept = [...api.log, ...(await api.store.db.selectFrom('audit').selectAll().execute())].map(each =>
      JSON.stringify(each),
    )
    expect(kept.join('')).not.toContain(shown.token)
  })
})
