import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Problem } from '@moorage/contract/problem.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { type HubProcess, moorage, startHub } from '@moorage/testkit/hub-process.ts'
import { startIssuer } from '@moorage/testkit/issuer-process.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'

/** Planted in every place of a kubeconfig that can hold a secret. */
const PLANTED = 'planted-s3cret-9f2c41d7e8'
const FORMS = [PLANTED, Buffer.from(PLANTED).toString('base64').replace(/=+$/, '')]

const dir = mkdtempSync(join(tmpdir(), 'moorage-secrets-'))
let member: ControlPlane
let hub: HubProcess

beforeAll(async () => {
  member = await startControlPlane({ name: 'secrets' })
  hub = await startHub({ dir, args: ['--log-level', 'debug'] })
})

afterAll(async () => {
  await hub?.[Symbol.asyncDispose]()
  await member?.[Symbol.asyncDispose]()
  for (const folder of [dir, `${dir}-issuer`]) rmSync(folder, { recursive: true, force: true })
})

const connect = (body: unknown) => hub.fetch('/api/v1/clusters', { method: 'POST', body })

const user = fc.constantFrom<Record<string, unknown>>(
  { token: PLANTED },
  { token: { nested: PLANTED } },
  { username: 'admin', password: PLANTED },
  { 'client-key-data': Buffer.from(PLANTED).toString('base64'), 'client-certificate-data': 'AAAA' },
  { 'client-key-data': PLANTED, 'client-certificate-data': PLANTED },
  {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'get-token',
      env: [{ name: 'SECRET', value: PLANTED }],
      args: [PLANTED],
    },
  },
  { 'auth-provider': { name: 'oidc', config: { 'id-token': PLANTED, 'client-secret': PLANTED } } },
  { tokenFile: '/etc/passwd', token: PLANTED },
  { token: PLANTED, as: 'admin' },
)
const server = fc.constantFrom(
  'https://127.0.0.1:1',
  `https://user:${PLANTED}@127.0.0.1:1`,
  'http://127.0.0.1:1',
  'https://169.254.169.254',
  'https://does-not-exist.invalid',
  'ftp://x',
  '',
  7,
  null,
)
/** Damage done to the file's text. */
const damage = fc.constantFrom<(text: string) => string>(
  text => text,
  text => text.slice(0, -7),
  text => text.replace(':', ''),
  text => text.replaceAll('  ', '\t'),
  text => `${text}\n- [`,
  text => text.replace('clusters', 'custers'),
  text => text.replace('current-context', 'current-context: x\ncurrent-context'),
  text => `a: &a [${PLANTED}]\nb: *missing\n${text}`,
  text => text.replace('users:', `users: "${PLANTED}`),
  text => `\u0000${text}`,
)

const malformed = fc.tuple(user, server, damage, fc.boolean()).map(([auth, address, harm, twoContexts]) =>
  harm(
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'a',
      clusters: [{ name: 'c', cluster: { server: address, 'insecure-skip-tls-verify': true } }],
      contexts: [
        { name: 'a', context: { cluster: 'c', user: 'u' } },
        ...(twoContexts ? [{ name: 'b', context: { cluster: 'c', user: 'u' } }] : []),
      ],
      users: [{ name: 'u', user: auth }],
    }),
  ),
)

test('300 malformed kubeconfigs get a 4xx with a sentence each, and none tells a secret', async () => {
  const answers: { status: number; text: string }[] = []
  for (const kubeconfig of fc.sample(malformed, { numRuns: 300, seed: 20_261_121 })) {
    const answer = await connect({ name: 'fuzz', kubeconfig, dryRun: true })
    answers.push({ status: answer.status, text: await answer.text() })
  }
  for (const { status, text } of answers) {
    expect(status, text).toBeGreaterThanOrEqual(400)
    expect(status, text).toBeLessThan(500)
    const problem = JSON.parse(text) as Problem
    expect(problem.detail, text).toMatch(/\w+ \w+/)
    for (const form of FORMS) expect(text).not.toContain(form)
  }
})

test('a secret that is in use is in no log, no answer, no event and no file of the hub', async () => {
  const config = parse(await member.serviceAccountKubeconfig({ name: 'reader', role: 'cluster-admin' })) as {
    users: { user: { token: string } }[]
  }
  const token = config.users[0]?.user.token as string
  expect(token.length).toBeGreaterThan(100)
  const connected = await connect({ name: 'kept', kubeconfig: stringify(config) })
  expect(connected.status).toBe(201)
  const said = [await connected.text()]
  for (const path of [
    '/api/v1/clusters',
    '/api/v1/clusters/kept',
    '/api/v1/clusters/kept/events',
    '/api/v1/search?q=kept',
    '/metrics',
  ])
    said.push(await (await hub.fetch(path)).text())
  for (const args of [
    ['cluster', 'describe', 'kept'],
    ['cluster', 'get', 'kept', '-o', 'yaml'],
    ['cluster', 'list', '-o', 'json'],
  ]) {
    const { stdout, stderr } = await moorage(hub, args)
    said.push(stdout, stderr)
  }
  await hub.restart()
  // A token's last part alone would do to find it: the signature is as secret as the whole.
  const needles = [token, token.split('.')[2] as string, ...FORMS, hub.token]
  for (const needle of needles) {
    for (const text of said) expect(text.includes(needle)).toBe(false)
    expect(filesWith(needle, dir).filter(file => !file.endsWith('/token'))).toEqual([])
  }
})

test('passwords, tokens, cookies, codes and the secrets of an issuer and of a target of the audit log are in no log and no file of the hub', async () => {
  const clientSecret = `client-${PLANTED}`
  await using issuer = await startIssuer({
    dir: `${dir}-issuer`,
    clients: [{ id: 'moorage', secret: clientSecret, redirectUris: [`${hub.url}/auth/corp/callback`] }],
    accounts: {},
  })
  const put = { url: issuer.url, clientId: 'moorage', clientSecret }
  expect((await hub.fetch('/api/v1/issuers/corp', { method: 'PUT', body: put })).status).toBe(200)
  const post = async (path: string, body: unknown) => {
    const answer = await hub.fetch(`/api/v1${path}`, { method: 'POST', body })
    return { cookie: answer.headers.get('set-cookie') ?? '', body: (await answer.json()) as Record<string, string> }
  }
  const first = (await post('/users', { name: 'ada' })).body.password
  const chosen = `chosen-${PLANTED}`
  const wrong = `wrong-${PLANTED}`
  await post('/session/password', { user: 'ada', password: wrong })
  const { cookie } = await post('/session/password', { user: 'ada', password: first, newPassword: chosen })
  const session = /moorage=([\w-]{43})/.exec(cookie)?.[1]
  await hub.fetch('/api/v1/service-accounts/ci', { method: 'PUT', body: {} })
  const machine = (await post('/tokens', { name: 'ci', serviceAccount: 'ci' })).body.token
  // Nothing listens there: what is kept of a target that does not answer is looked through as well.
  const forward = {
    to: `https://127.0.0.1:1/in?token=query-${PLANTED}`,
    headers: { Authorization: `Bearer header-${PLANTED}` },
    hmacKey: `hmac-${PLANTED}`,
  }
  expect((await hub.fetch('/api/v1/audit-forwards/hook', { method: 'PUT', body: forward })).status).toBe(200)
  const { detail } = (await post('/audit-forwards/hook/test', {})).body
  expect(detail).toMatch(/ECONNREFUSED/)
  const forwards = await (await hub.fetch('/api/v1/audit-forwards')).text()
  expect(`${detail} ${forwards}`).not.toContain(PLANTED)
  const { deviceCode, userCode } = (await post('/device-codes', { client: 'x' })).body
  await hub.restart()
  const ofForward = { query: `query-${PLANTED}`, header: `header-${PLANTED}`, hmac: forward.hmacKey }
  const needles = { ...ofForward, clientSecret, first, chosen, wrong, session, machine, deviceCode, userCode }
  for (const [name, needle] of Object.entries(needles)) {
    expect(needle?.length, name).toBeGreaterThan(8)
    expect(filesWith(needle!, dir), name).toEqual([])
  }
})

/** Files below `folder` that hold `needle`: log, database files, write-ahead log, snapshots, keys. */
function filesWith(needle: string, folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(path => statSync(path, { throwIfNoEntry: false })?.isFile() && readFileSync(path).includes(needle))
}
