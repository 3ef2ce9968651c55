import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import { writeKubeconfig } from '@moorage/kube/write-kubeconfig.ts'
import { type AgentProcess, startAgent } from '@moorage/testkit/agent-process.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Asking, askPlainly } from './fixtures/ask-plainly.ts'

const dir = mkdtempSync(join(tmpdir(), 'moorage-proxy-'))
const auditLog = join(dir, 'audit.log')
const POLICY =
  'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{ level: Metadata }]\n'
/** ms; beside other suites. */
const SLOWLY = { within: 60_000, every: 250 }

let member: ControlPlane
let reached: ControlPlane
let hub: HubProcess
let agent: AgentProcess

const created = async (path: string, body: unknown) => {
  const answer = await hub.fetch(path, { method: 'POST', body })
  const text = await answer.text()
  expect(answer.status, text).toBeLessThan(300)
  return JSON.parse(text)
}
const isRunning = (name: string) =>
  eventually(async () => {
    const { phase } = (await (await hub.fetch(`/api/v1/clusters/${name}`)).json()) as { phase: string }
    expect(['Running', 'Warning']).toContain(phase)
  }, SLOWLY)

/** A kubeconfig for a cluster through the hub. */
function through(name: string, token = hub.token): string {
  const path = join(dir, `${name}-${token.slice(-6)}.kubeconfig`)
  const server = new URL(`${hub.url}/k8s/${name}`)
  writeFileSync(path, writeKubeconfig({ name, server, ca: readFileSync(hub.caPath, 'utf8'), token }))
  return path
}

beforeAll(async () => {
  writeFileSync(join(dir, 'policy.yaml'), POLICY)
  const apiServerArgs = [`--audit-policy-file=${join(dir, 'policy.yaml')}`, `--audit-log-path=${auditLog}`]
  member = await startControlPlane({ name: 'proxied', scheduler: false, apiServerArgs })
  reached = await startControlPlane({ name: 'reached', scheduler: false })
  hub = await startHub({ dir: join(dir, 'hub') })
  const { kubeconfig } = member
  await created('/api/v1/clusters', { name: 'direct', kubeconfig, mode: 'full' })
  const { manifest } = await created('/api/v1/imports', { name: 'agent', mode: 'full' })
  agent = await startAgent({ dir: join(dir, 'agent'), plane: reached, manifest })
  await Promise.all([isRunning('direct'), isRunning('agent')])
}, 180_000)

afterAll(async () => {
  await agent?.[Symbol.asyncDispose]()
  await hub?.[Symbol.asyncDispose]()
  await Promise.all([member?.[Symbol.asyncDispose](), reached?.[Symbol.asyncDispose]()])
  rmSync(dir, { recursive: true, force: true })
})

/** One request to a member, or to the hub with its token. */
function ask(url: string, more: Omit<Asking, 'tls'> = {}): Promise<Answer> {
  if (url.startsWith(hub.url)) {
    const headers = { authorization: `Bearer ${hub.token}`, ...more.headers }
    return askPlainly(url, { ...more, headers, tls: { ca: readFileSync(hub.caPath, 'utf8') } })
  }
  const plane = url.startsWith(reached.url) ? reached : member
  return askPlainly(url, { ...more, tls: readKubeconfig(plane.kubeconfig).tls })
}

const statusOf = ({ body }: Answer) =>
  JSON.parse(body.toString()) as { kind: string; reason: string; message: string; code: number }

describe.each(['direct', 'agent'])('a full cluster by its connection: %s', name => {
  const run = async (args: string[], input?: string) => {
    const done = await kubectl(through(name), args, input === undefined ? {} : { input })
    expect(done.code, `${args.join(' ')}: ${done.stderr}`).toBe(0)
    return done.stdout
  }
  const plane = () => (name === 'direct' ? member : reached)

  test('kubectl gets, applies, describes, patches and deletes', async () => {
    const pod = { containers: [{ name: 'web', image: 'registry.example.org/web:1' }] }
    const objects = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app', namespace: 'shop' }, data: { a: 'b' } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec: pod },
    ]
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
    expect(await run(['apply', '-f', '-'], list)).toContain('configmap/app created')
    expect(await run(['apply', '--server-side', '--force-conflicts', '-f', '-'], list)).toContain(
      'pod/web serverside-applied',
    )
    expect(await run(['get', 'pods', '-n', 'shop', '--no-headers'])).toMatch(/^web +0\/1 +Pending/)
    expect(await run(['describe', 'pod', 'web', '-n', 'shop'])).toContain('registry.example.org/web:1')
    expect(await run(['label', 'configmap', 'app', '-n', 'shop', 'x=y'])).toContain('labeled')
    expect(await run(['explain', 'deployment.spec.replicas'])).toContain('FIELD: replicas')
    expect(await run(['api-resources', '-o', 'name'])).toContain('deployments.apps')
    expect(await run(['delete', 'configmap', 'app', '-n', 'shop'])).toContain('deleted')
  })

  test('the member sees the person, and the id of the hub’s request', async () => {
    const who = JSON.parse(await run(['auth', 'whoami', '-o', 'json'])).status.userInfo
    expect(who.username).toMatch(/^moorage:token\//)
    expect(who.groups).toContain('system:authenticated')
    expect(who.extra?.['moorage.dev/request']).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)])
    if (name !== 'direct') return
    const answer = await ask(`${hub.url}/k8s/direct/api/v1/namespaces/shop/configmaps`)
    const id = answer.headers['x-request-id'] as string
    await eventually(async () => {
      const line = readFileSync(auditLog, 'utf8')
        .split('\n')
        .find(each => each.includes(`"auditID":"${id}"`))
      const theirs = JSON.parse(line ?? '{}')
      const { username, extra } = theirs.impersonatedUser ?? {}
      expect({ username, extra }).toEqual({ username: who.username, extra: { 'moorage.dev/request': [id] } })
      const { items } = (await (await hub.fetch(`/api/v1/audit?request=${id}`)).json()) as { items: object[] }
      const { verb, objectRef: of } = theirs
      expect(items).toMatchObject([
        {
          ...{
            action: 'kube.list',
            status: theirs.responseStatus.code,
            actsAs: username,
            bytesOut: answer.body.length,
          },
          ...{ verb, apiGroup: '', resource: of.resource, namespace: of.namespace, name: null, subresource: null },
          ...{ via: expect.stringMatching(/^token\//), source: '127.0.0.1', recording: null },
        },
      ])
    }, SLOWLY)
  })

  test.each([
    ['/version', {}],
    ['/api', { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' }],
    ['/apis', { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' }],
    ['/openapi/v2', { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' }],
    ['/openapi/v2', { 'accept-encoding': 'gzip' }],
    ['/openapi/v3', {}],
    ['/openapi/v3/apis/apps/v1', {}],
    ['/api/v1/namespaces?limit=1', {}],
    ['/api/v1/namespaces', { accept: 'application/vnd.kubernetes.protobuf' }],
    ['/api/v1/namespaces', { accept: 'application/cbor' }],
    ['/api/v1/namespaces', { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }],
    ['/api/v1/namespaces/kube-system', { accept: 'application/yaml' }],
    ['/api/v1/namespaces/none', {}],
    ['/apis/rbac.authorization.k8s.io/v1/clusterroles?limit=5', {}],
    ['/apis/nothing.example.com/v1/things', {}],
  ])('GET %s %j is answered as the API server answers it', async (path, headers) => {
    const both = () =>
      Promise.all([ask(plane().url + path, { headers }), ask(`${hub.url}/k8s/${name}${path}`, { headers })])
    let [direct, proxied] = await both()
    // A table has ages in it, which may tick between the two; nothing else changes by itself.
    await eventually(async () => {
      if (!proxied.body.equals(direct.body)) [direct, proxied] = await both()
      expect(proxied.body.equals(direct.body), proxied.body.toString().slice(0, 300)).toBe(true)
    }, SLOWLY)
    expect(proxied.status).toBe(direct.status)
    const own = /^(audit-id|date|cache-control|content-length|transfer-encoding|connection|x-kubernetes-pf-.*)$/
    const compared = (given: IncomingHttpHeaders) =>
      Object.fromEntries(Object.entries(given).filter(([key]) => !own.test(key)))
    const { 'x-request-id': _id, 'moorage-acts-as': _acts, ...rest } = proxied.headers
    expect(compared(rest)).toMatchObject(compared(direct.headers))
    if (direct.headers.etag === undefined) return
    const again = { ...headers, 'if-none-match': direct.headers.etag }
    expect(await ask(`${hub.url}/k8s/${name}${path}`, { headers: again })).toMatchObject({ status: 304 })
  })

  test.each(['application/cbor', 'application/apply-patch+cbor', 'application/bson'])(
    'a body of the type %s, which the cluster does not read, is refused in its words',
    async type => {
      const given = { method: type.includes('patch') ? 'PATCH' : 'POST', headers: { 'content-type': type } }
      const path = `/api/v1/namespaces/default/configmaps${given.method === 'PATCH' ? '/a?fieldManager=a' : ''}`
      const body = Buffer.from('d9d9f7a0', 'hex')
      const [direct, proxied] = await Promise.all(
        [plane().url, `${hub.url}/k8s/${name}`].map(base => ask(base + path, { ...given, body })),
      )
      expect(direct?.status).toBe(415)
      expect(proxied).toMatchObject({ status: 415, body: direct?.body })
      expect(proxied?.headers['content-type']).toBe(direct?.headers['content-type'])
    },
  )

  test('what is asked of a time that the cluster has forgotten is gone, in its words', async () => {
    // Of what is this young, the API server remembers nothing by itself.
    const [group, path] = ['young.example.org', '/apis/young.example.org/v1/things']
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
    await plane().api.apply({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `things.${group}` },
      spec: {
        ...{ group, scope: 'Cluster', names: { plural: 'things', kind: 'Thing' } },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    })
    await eventually(async () => expect(await plane().api.probe(path)).toBe(200), SLOWLY)
    const thing = { apiVersion: `${group}/v1`, kind: 'Thing' }
    for (const each of ['a', 'b']) await plane().api.create(path, { ...thing, metadata: { name: each } })
    const { metadata } = await plane().api.get(`${path}?limit=1`)
    const token = JSON.parse(Buffer.from(metadata.continue, 'base64').toString())
    const old = Buffer.from(JSON.stringify({ ...token, rv: 1 })).toString('base64url')
    await plane().compact()
    for (const [query, status] of [
      [`limit=1&continue=${old}`, 410],
      ['resourceVersion=1&resourceVersionMatch=Exact', 410],
      // A watch is told as its first event.
      ['watch=1&timeoutSeconds=5&resourceVersion=1', 200],
    ] as const) {
      const direct = await ask(`${plane().url}${path}?${query}`)
      expect(direct.status, direct.body.toString().slice(0, 300)).toBe(status)
      expect(direct.body.toString()).toMatch(/"reason":"Expired".*"code":410/)
      const proxied = await ask(`${hub.url}/k8s/${name}${path}?${query}`)
      expect(proxied.body.toString()).toBe(direct.body.toString())
      expect(proxied.status).toBe(status)
    }
  })

  test('a long list in pages', async () => {
    const seen: string[] = []
    let next = ''
    do {
      const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles?limit=7&continue=${encodeURIComponent(next)}`
      const { body } = await ask(`${hub.url}/k8s/${name}${path}`)
      const page = JSON.parse(body.toString())
      seen.push(...page.items.map((item: { metadata: { name: string } }) => item.metadata.name))
      next = page.metadata.continue ?? ''
    } while (next !== '')
    const { body } = await ask(`${plane().url}/apis/rbac.authorization.k8s.io/v1/clusterroles`)
    expect(seen.sort()).toEqual(
      JSON.parse(body.toString())
        .items.map((item: { metadata: { name: string } }) => item.metadata.name)
        .sort(),
    )
  })

  test('a body of 3 MiB, and one that is too large for Kubernetes', async () => {
    const post = (base: string, bytes: number) =>
      ask(`${base}/api/v1/namespaces/default/configmaps?dryRun=All`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(
          JSON.stringify({
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'big' },
            data: { a: 'x'.repeat(bytes) },
          }),
        ),
      })
    for (const bytes of [900_000, 3_000_000, 3_200_000]) {
      const direct = await post(plane().url, bytes)
      const proxied = await post(`${hub.url}/k8s/${name}`, bytes)
      expect(proxied.status).toBe(direct.status)
      if (direct.status >= 400) expect(statusOf(proxied)).toEqual(statusOf(direct))
    }
  })

  test('a watch tells what happens, and ends within 2 s when its token is revoked', async () => {
    const { token, id } = await created('/api/v1/tokens', { name: 'watcher' })
    const lines: string[] = []
    const { promise: ended, resolve } = Promise.withResolvers<number>()
    const target = new URL(hub.url)
    const asked = request({
      host: target.hostname,
      port: target.port,
      path: `/k8s/${name}/api/v1/namespaces/default/configmaps?watch=1`,
      headers: { authorization: `Bearer ${token}` },
      ca: readFileSync(hub.caPath),
    })
    asked.on('error', () => resolve(Date.now()))
    asked.on('response', answer => {
      answer.on('data', (piece: Buffer) => lines.push(piece.toString()))
      answer.on('error', () => {})
      answer.on('close', () => resolve(Date.now()))
    })
    asked.end()
    await eventually(() => expect(lines.join('')).toContain('ADDED'), SLOWLY)
    await run(['create', 'configmap', `seen-${name}`, '-n', 'default'])
    await eventually(() => expect(lines.join('')).toContain(`seen-${name}`), SLOWLY)
    const at = Date.now()
    expect((await hub.fetch(`/api/v1/tokens/${id}`, { method: 'DELETE' })).status).toBeLessThan(300)
    expect((await ended) - at).toBeLessThan(2_000)
    await eventually(
      async () =>
        expect(
          (await ask(`${hub.url}/k8s/${name}/version`, { headers: { authorization: `Bearer ${token}` } })).status,
        ).toBe(401),
      { within: 2_000 },
    )
  })
})

describe('a read-only cluster', () => {
  beforeAll(async () => {
    expect((await hub.fetch('/api/v1/clusters/direct', { method: 'DELETE' })).status).toBe(403)
    const { kubeconfig } = member
    await created('/api/v1/clusters/direct/disconnect', {})
    await created('/api/v1/clusters', { name: 'looked-at', kubeconfig, mode: 'read-only' })
    await isRunning('looked-at')
  })

  test('shows kubectl what Moorage itself reads, and nothing else', async () => {
    const config = through('looked-at')
    expect(await kubectl(config, ['get', 'namespaces', '-o', 'name'])).toMatchObject({ code: 0 })
    for (const args of [
      ['get', 'secrets', '-A'],
      ['get', 'configmaps', '-A'],
      ['create', 'namespace', 'mine'],
      ['exec', 'web', '-n', 'shop', '--', 'ls'],
      ['get', '--raw', '/metrics'],
      ['get', '--raw', '/api/v1/nodes/n/proxy/configz'],
    ]) {
      const { code, stderr } = await kubectl(config, args)
      expect(code, args.join(' ')).toBe(1)
      expect(stderr, args.join(' ')).toMatch(/read-only/)
    }
  })

  test('is not changed by a WebSocket either', async () => {
    const exec = '/k8s/looked-at/api/v1/namespaces/default/pods/web/exec?command=ls'
    const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' }
    const answer = await ask(hub.url + exec, { headers: { ...headers, 'sec-websocket-version': '13' } })
    expect(answer.status).toBe(403)
    expect(statusOf(answer)).toMatchObject({ reason: 'Forbidden' })
  })
})

describe('what goes wrong is said as Kubernetes says it', () => {
  test.each<[string, Record<string, string>, number, string]>([
    ['/k8s/nowhere/api/v1/pods', {}, 404, 'NotFound'],
    ['/k8s/', {}, 400, 'BadRequest'],
    ['/k8s/agent/api/v1/pods', { authorization: 'Bearer moorage_x' }, 401, 'Unauthorized'],
    ['/k8s/agent/api/v1/pods', { 'impersonate-user': 'system:admin' }, 400, 'BadRequest'],
    ['/k8s/agent/api/v1/../secrets', {}, 400, 'BadRequest'],
    ['/k8s/agent/api/v1/nodes/x%2Fproxy', {}, 400, 'BadRequest'],
  ])('%s %j', async (path, headers, code, reason) => {
    const answer = await ask(hub.url + path, { headers })
    expect(answer.status).toBe(code)
    expect(statusOf(answer)).toMatchObject({ kind: 'Status', code, reason })
  })

  test('kubectl shows the sentence', async () => {
    const { code, stderr } = await kubectl(through('nowhere'), ['get', 'pods'])
    expect(code).toBe(1)
    expect(stderr).toContain('There is no cluster "nowhere"')
  })

  test('a cluster whose agent is away, and one that does not answer', async () => {
    await agent.kill()
    const away = await ask(`${hub.url}/k8s/agent/version`)
    expect(statusOf(away)).toMatchObject({ code: 503, message: expect.stringContaining('is not connected') })
    await member.stopApiServer()
    const silent = await ask(`${hub.url}/k8s/looked-at/version`)
    expect(statusOf(silent)).toMatchObject({ code: 502, message: expect.stringContaining('does not answer') })
  })
})
