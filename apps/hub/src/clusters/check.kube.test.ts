import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { apiClient } from '@moorage/testkit/api-client.ts'
import { startFaultProxy } from '@moorage/testkit/fault-proxy.ts'
import { serviceAccountToken as make } from '@moorage/testkit/service-account.ts'
import { createCa } from '@moorage/testkit/tiny-ca.ts'
import { expect, inject, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { addressGuard } from '../connections/guard.ts'
import { checkKubeconfig } from './check.ts'

const admin = readFileSync(inject('kubeconfig'), 'utf8')

/** The administrator's kubeconfig, changed. */
function changed(change: { server?: string; ca?: string; user?: Record<string, string>; cluster?: object }): string {
  const config = parse(admin)
  const { cluster } = config.clusters[0]
  Object.assign(cluster, change.cluster)
  if (change.server) cluster.server = change.server
  if (change.ca) cluster['certificate-authority-data'] = Buffer.from(change.ca).toString('base64')
  if (change.user) config.users[0].user = change.user
  return stringify(config)
}
const port = Number(new URL(parse(admin).clusters[0].cluster.server).port)

const check = (
  kubeconfig: string,
  more: { mode?: 'read-only' | 'full'; allowInsecureTls?: boolean; denied?: string[]; stepMs?: number } = {},
) =>
  checkKubeconfig(
    {
      guard: addressGuard({ allowed: [], denied: more.denied ?? [] }),
      // The testbed's certificates last for 30 days, which is when people are told of an end.
      now: () => new Date(Date.now() - 7 * 86_400_000),
      ...(more.stepMs ? { stepMs: more.stepMs } : {}),
    },
    {
      kubeconfig,
      mode: more.mode ?? 'read-only',
      allowInsecureTls: more.allowInsecureTls ?? false,
    },
    new AbortController().signal,
  )

test('an administrator’s kubeconfig passes every step, in both modes', async () => {
  for (const mode of ['read-only', 'full'] as const) {
    const found = await check(admin, { mode })
    expect(found.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      ...['parse ok', 'address ok', 'reach ok', 'version ok', 'identity ok', 'rights ok'],
    ])
    expect(found.version).toMatch(/^v1\.36\./)
    expect(found.uid).toMatch(/^[0-9a-f-]{36}$/)
    expect(found.info).toMatchObject({ kind: 'client-certificate' })
    expect(found.rights).toMatchObject({ unreadable: [], missingForFull: [] })
    expect(found.rights.beyond).toEqual(['do everything'])
    expect(found.steps.at(-1)?.message).toContain('everything')
  }
})

test('a name that nobody knows', async () => {
  await expect(check(changed({ server: 'https://api.moorage-test.invalid:6443' }))).rejects.toMatchObject({
    code: 'name_lookup_failed',
    step: 'address',
    message: expect.stringContaining('api.moorage-test.invalid'),
  })
})

test('a port where nobody listens', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(listening => server.once('listening', listening))
  const { port: free } = server.address() as { port: number }
  await new Promise(closed => server.close(closed))
  await expect(check(changed({ server: `https://127.0.0.1:${free}` }))).rejects.toMatchObject({
    code: 'connection_refused',
    step: 'reach',
    message: expect.stringContaining(String(free)),
  })
})

test('a server that accepts and goes silent, before TLS and after', async () => {
  await using proxy = await startFaultProxy({ port })
  proxy.stall()
  const started = performance.now()
  await expect(check(changed({ server: `https://127.0.0.1:${proxy.port}` }), { stepMs: 1500 })).rejects.toMatchObject({
    code: 'connect_timeout',
    step: 'reach',
  })
  expect(performance.now() - started).toBeLessThan(5000)
})

test('a certificate of another CA: says whose it is', async () => {
  const { certPem } = await createCa('somebody-elses-ca')
  await expect(check(changed({ ca: certPem }))).rejects.toMatchObject({
    code: 'tls_failed',
    step: 'reach',
    message: expect.stringMatching(/certificate of 127\.0\.0\.1:\d+ could not be verified.*issued/s),
    fix: expect.stringContaining('certificate-authority-data'),
  })
})

test('a server that does not speak TLS, and one that is no API server', async () => {
  await using stack = new AsyncDisposableStack()
  const listen = async (server: import('node:net').Server) => {
    server.listen(0, '127.0.0.1')
    await new Promise(listening => server.once('listening', listening))
    stack.defer(() => new Promise<void>(closed => server.close(() => closed())))
    return (server.address() as { port: number }).port
  }
  const plain = await listen(
    createServer(socket =>
      socket
        .on('error', () => {})
        .resume()
        .end('HTTP/1.1 400 Bad\r\n\r\n'),
    ),
  )
  await expect(check(changed({ server: `https://127.0.0.1:${plain}` }))).rejects.toMatchObject({ code: 'tls_failed' })

  const ca = await createCa('web-ca')
  const page = 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 9\r\nconnection: close\r\n\r\n<p>Hi</p>'
  const pair = await ca.issue({ commonName: 'web', hosts: ['127.0.0.1'] })
  const web = await listen(
    createTlsServer(pair, socket => socket.on('error', () => {}).once('data', () => socket.end(page))),
  )
  await expect(check(changed({ server: `https://127.0.0.1:${web}`, ca: ca.certPem }))).rejects.toMatchObject({
    code: 'not_kubernetes',
    step: 'version',
  })
})

test('a token that the API server does not know', async () => {
  await expect(check(changed({ user: { token: 'planted-unknown-token' } }))).rejects.toMatchObject({
    code: 'credential_rejected',
    step: 'version',
    message: expect.not.stringContaining('planted'),
  })
})

test('a ServiceAccount without rights', async () => {
  const token = await serviceAccountToken({ name: 'nobody', namespace: 'connect-nobody' })
  await expect(check(changed({ user: { token } }))).rejects.toMatchObject({
    code: 'credential_forbidden',
    step: 'identity',
    message: expect.stringContaining('namespaces "kube-system" is forbidden'),
  })
})

test('a ServiceAccount that may see part of what is read, and one that may not see enough', async () => {
  const only = (resources: string[]) => [{ apiGroups: ['', 'apps'], resources, verbs: ['get', 'list', 'watch'] }]
  const part = await serviceAccountToken({
    name: 'part',
    namespace: 'connect-part',
    role: only(['namespaces', 'pods', 'nodes', 'deployments']),
  })
  const found = await check(changed({ user: { token: part } }))
  expect(found.steps.at(-1)).toMatchObject({ name: 'rights', status: 'warning' })
  expect(found.rights.unreadable).toContain('Ingress')
  expect(found.rights.unreadable).not.toContain('Deployment')
  expect(found.info).toMatchObject({ kind: 'token', user: 'system:serviceaccount:connect-part:part' })
  expect(found.info.expiresAt).not.toBeNull()
  await expect(check(changed({ user: { token: part } }), { mode: 'full' })).rejects.toMatchObject({
    code: 'credential_forbidden',
    step: 'rights',
    message: expect.stringContaining('create namespaces'),
  })
  const little = await serviceAccountToken({ name: 'little', namespace: 'connect-part', role: only(['namespaces']) })
  await expect(check(changed({ user: { token: little } }))).rejects.toMatchObject({
    code: 'credential_forbidden',
    step: 'rights',
    message: expect.stringContaining('list and watch every Pod'),
  })
})

test('an address that the operator has denied, and one that nobody may dial, through a proxy too', async () => {
  await expect(check(admin, { denied: ['127.0.0.0/8'] })).rejects.toMatchObject({
    code: 'address_not_allowed',
    step: 'address',
    message: expect.stringContaining('127.0.0.1'),
  })
  for (const server of ['https://169.254.169.254', 'https://[::ffff:169.254.169.254]', 'https://0xa9fea9fe'])
    await expect(check(changed({ server })), server).rejects.toMatchObject({ code: 'address_not_allowed' })
  const proxies = ['http://169.254.169.254:3128', 'socks5://0xa9.0xfe.0xa9.0xfe:1080']
  for (const proxy of proxies)
    await expect(check(changed({ cluster: { 'proxy-url': proxy } })), proxy).rejects.toMatchObject({
      code: 'address_not_allowed',
    })
})

test('a proxy that is not there', async () => {
  await expect(check(changed({ cluster: { 'proxy-url': 'http://127.0.0.1:9' } }))).rejects.toMatchObject({
    code: 'proxy_failed',
    step: 'reach',
  })
})

test('TLS without verification needs the flag, and is a warning with it', async () => {
  const config = parse(admin)
  delete config.clusters[0].cluster['certificate-authority-data']
  config.clusters[0].cluster['insecure-skip-tls-verify'] = true
  const text = stringify(config)
  await expect(check(text)).rejects.toMatchObject({ code: 'insecure_tls_refused', step: 'parse' })
  const found = await check(text, { allowInsecureTls: true })
  expect(found.steps[0]).toMatchObject({ name: 'parse', status: 'warning' })
  expect(found.info.insecureSkipTlsVerify).toBe(true)
})

test('YAML that is none, with line and column; exec with its field and the way out', async () => {
  await expect(check('apiVersion: v1\nkind: Config\nclusters: [\n')).rejects.toMatchObject({
    code: 'invalid_kubeconfig',
    step: 'parse',
    message: expect.stringMatching(/line \d+, column \d+/),
  })
  await expect(check(changed({ user: { exec: 'aws' } }))).rejects.toMatchObject({
    code: 'unsupported_auth',
    message: expect.stringContaining('exec'),
    fix: expect.stringContaining('convert-kubeconfig'),
  })
})

/** A token of a new ServiceAccount in the shared control plane. */
async function serviceAccountToken(request: Parameters<typeof make>[1]): Promise<string> {
  await using api = apiClient(admin)
  return await make(api, request)
}
