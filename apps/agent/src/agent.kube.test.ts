import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { directTransport } from '@moorage/kube/direct.ts'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import { lineSplitter } from '@moorage/kube/line-splitter.ts'
import { readBounded } from '@moorage/kube/read-body.ts'
import type { Batch, InventoryRow } from '@moorage/projector/batch.ts'
import { reportedKinds, runProjector } from '@moorage/projector/project.ts'
import { type AgentProcess, startAgent } from '@moorage/testkit/agent-process.ts'
import { type ApiClient, apiClient } from '@moorage/testkit/api-client.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { anything, testManifest } from './fixtures/manifest.ts'
import { type StandInHub, startStandInHub } from './fixtures/stand-in-hub.ts'

let api: ApiClient
let plane: { url: string; caPem: string; kubeconfigPath: string; api: ApiClient }
let kubeconfig: string
const dirs: string[] = []

beforeAll(() => {
  const kubeconfigPath = inject('kubeconfig')
  kubeconfig = readFileSync(kubeconfigPath, 'utf8')
  api = apiClient(kubeconfig)
  const { server, tls } = readKubeconfig(kubeconfig)
  plane = { url: server.origin, caPem: tls.ca ?? '', kubeconfigPath, api }
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
})

interface Member {
  hub: StandInHub
  agent: AgentProcess
  namespace: string
  instance: string
}

/** An agent's process in the shared member, joined to a hub that stands in. */
async function member(
  stack: AsyncDisposableStack,
  options: { mode?: string; rules?: object[]; nodeArgs?: string[] } = {},
): Promise<Member> {
  const hub = stack.use(await startStandInHub())
  const instance = randomUUID()
  const namespace = `agent-${instance.slice(0, 8)}`
  const dir = mkdtempSync(join(tmpdir(), 'moorage-agent-'))
  dirs.push(dir)
  const config = { 'hub-url': hub.url, mode: options.mode ?? 'read-only', 'ca.crt': hub.ca.certPem }
  const joinToken = `join_${'a'.repeat(43)}`
  const rules = options.rules === undefined ? {} : { rules: options.rules }
  const manifest = testManifest({ namespace, instance, config, joinToken, ...rules })
  stack.defer(async () => {
    const wide = `moorage-agent-${instance.slice(0, 8)}`
    await api.delete(`/apis/rbac.authorization.k8s.io/v1/clusterroles/${wide}`)
    await api.delete(`/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${wide}`)
    await api.delete(`/api/v1/namespaces/${namespace}`)
  })
  const agent = stack.use(await startAgent({ dir, plane, manifest, nodeArgs: options.nodeArgs ?? [] }))
  await eventually(() => hub.heard.length > 0, { within: 30_000 }).catch(error => {
    throw new Error(`the agent did not link: ${JSON.stringify(agent.logs())}`, { cause: error })
  })
  return { hub, agent, namespace, instance }
}

async function ask({ hub }: Pick<Member, 'hub'>, method: string, path: string, body?: object) {
  const request = {
    method: method as 'GET',
    path,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }
  const answer = await hub.pool.request(request, AbortSignal.timeout(20_000))
  const text = (await readBounded(answer.body, 64_000_000)).toString()
  return { status: answer.status, by: answer.headers['moorage-refused-by'], json: () => JSON.parse(text) }
}

async function* lines(body: AsyncIterable<Buffer>): AsyncGenerator<Record<string, unknown>> {
  const splitter = lineSplitter(16 * 1024 * 1024)
  for await (const chunk of body) {
    for (const line of splitter.push(chunk)) yield JSON.parse(Buffer.from(line).toString())
  }
}

test('the API server answers through the tunnel as it does directly, lists and watches alike', async () => {
  await using stack = new AsyncDisposableStack()
  const one = await member(stack)
  const through = await ask(one, 'GET', '/api/v1/namespaces/kube-system')
  expect(through.json().metadata.uid).toBe((await api.get('/api/v1/namespaces/kube-system')).metadata.uid)
  expect((await ask(one, 'GET', '/api/v1/nodes?limit=500')).json().items.length).toBe(
    (await api.get('/api/v1/nodes')).items.length,
  )
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb: 'list', group: '', resource: 'secrets' } },
  }
  const reviewed = await ask(one, 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review)
  expect(reviewed.status).toBe(201)
  expect(reviewed.json().status.allowed).toBe(false)

  const stop = new AbortController()
  const path = `/api/v1/namespaces/${one.namespace}/services?watch=true`
  const watch = await one.hub.pool.request({ method: 'GET', path, headers: {} }, stop.signal)
  const events = lines(watch.body as AsyncIterable<Buffer>)
  await api.create(`/api/v1/namespaces/${one.namespace}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'seen' },
    spec: { ports: [{ port: 80 }] },
  })
  const { value } = await events.next()
  expect(value).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'seen' } } })
  stop.abort(new Error('seen'))
  await events.next().catch(() => {})
  // Others are not touched by its end.
  expect((await ask(one, 'GET', '/version')).status).toBe(200)
})

test('the guard is a wall of its own: with rights to everything, read-only stays read-only', async () => {
  await using stack = new AsyncDisposableStack()
  const one = await member(stack, { rules: anything })
  const secret = `/api/v1/namespaces/${one.namespace}/secrets`
  await api.create(secret, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'theirs' } })
  const pod = `/api/v1/namespaces/${one.namespace}/pods`
  const forbidden: [string, string, object?][] = [
    ['GET', '/api/v1/secrets'],
    ['GET', `${secret}/theirs`],
    ['DELETE', `${secret}/theirs`],
    ['GET', `/api/v1/namespaces/${one.namespace}/configmaps`],
    ['POST', pod, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: { containers: [] } }],
    ['DELETE', pod],
    ['GET', `${pod}/x/exec?command=id`],
    ['POST', `${pod}/x/exec?command=id`],
    ['GET', `${pod}/x/log`],
    ['GET', '/api/v1/nodes/x/proxy/pods'],
    ['GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles'],
    ['GET', '/metrics'],
  ]
  for (const [method, path, body] of forbidden) {
    const answer = await ask(one, method, path, body)
    expect([method, path, answer.status, answer.by]).toEqual([method, path, 403, 'agent'])
  }
  expect(await api.probe(`${secret}/theirs`)).toBe(200)
  // The other walls were away: the same account may do it.
  const { results } = (
    await ask(one, 'POST', '/-/moorage/prove', {
      wall: 'api-server',
      requests: [
        { name: 'secrets', method: 'GET', path: '/api/v1/secrets' },
        { name: 'delete', method: 'DELETE', path: `${secret}/theirs` },
      ],
    })
  ).json()
  expect(results.map(({ refused }: { refused: boolean }) => refused)).toEqual([false, false])
  expect(await api.probe(`${secret}/theirs`)).toBe(200)
})

test('and with the guard away in full mode, the account’s rights are the wall', async () => {
  await using stack = new AsyncDisposableStack()
  const one = await member(stack, { mode: 'full' })
  const answer = await ask(one, 'GET', '/api/v1/secrets')
  expect([answer.status, answer.by]).toEqual([403, undefined])
  expect(answer.json().message).toContain(`system:serviceaccount:${one.namespace}:moorage-agent`)
})

/** Rows of one namespace by kind and name, as the batches leave them. */
class Rows {
  readonly rows = new Map<string, InventoryRow>()
  readonly known = new Set<string>()
  readonly #namespace: string

  constructor(namespace: string) {
    this.#namespace = namespace
  }

  take(batch: Batch): void {
    if (batch.type === 'rows') this.#put(batch.rows)
    if (batch.type === 'delta') {
      this.#put(batch.upserts)
      for (const { namespace, name } of batch.deletes) this.rows.delete(`${batch.kind}/${namespace}/${name}`)
    }
    if (batch.type === 'list-end') this.known.add(batch.kind)
    if (batch.type === 'events' && batch.resourceVersion !== null) this.known.add('Event')
    if (batch.type === 'state' && batch.state !== 'listing') this.known.add(batch.kind)
  }

  #put(rows: InventoryRow[]): void {
    for (const row of rows) {
      if (row.namespace === this.#namespace) this.rows.set(`${row.kind}/${row.namespace}/${row.name}`, row)
    }
  }

  get complete(): boolean {
    return reportedKinds.every(kind => this.known.has(kind))
  }
}

test('the inventory that is pulled is what the projector reads directly, and goes on', async () => {
  await using stack = new AsyncDisposableStack()
  const one = await member(stack)
  const { namespace } = one
  for (let index = 0; index < 30; index += 1) {
    await api.create(`/api/v1/namespaces/${namespace}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `service-${index}`, labels: { index: String(index) } },
      spec: { ports: [{ port: 80 }] },
    })
  }
  const signal = AbortSignal.timeout(60_000)
  const direct = new Rows(namespace)
  const stop = new AbortController()
  stack.defer(() => stop.abort())
  await using transport = directTransport(readKubeconfig(kubeconfig))
  const sink = async (batch: Batch) => direct.take(batch)
  const reading = runProjector({ transport, sink, resume: new Map(), signal: stop.signal })

  const pulled = new Rows(namespace)
  const path = '/-/moorage/inventory'
  const headers = { 'content-type': 'application/json' }
  const answer = await one.hub.pool.request({ method: 'POST', path, headers, body: '{"resume":{}}' }, signal)
  expect(answer.status).toBe(200)
  const versions: Record<string, string> = {}
  const pulling = (async () => {
    for await (const line of lines(answer.body as AsyncIterable<Buffer>)) {
      const batch = line as unknown as Batch
      if ('resourceVersion' in batch && batch.resourceVersion !== null) {
        versions['kind' in batch ? batch.kind : 'Event'] = batch.resourceVersion
      }
      pulled.take(batch)
    }
  })()
  pulling.catch(() => {}) // a newer pull ends it
  await eventually(() => direct.complete && pulled.complete, { within: 30_000 })
  expect(Object.fromEntries(pulled.rows)).toEqual(Object.fromEntries(direct.rows))
  expect(pulled.rows.size).toBeGreaterThanOrEqual(30)

  await api.create(`/api/v1/namespaces/${namespace}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'later' },
    spec: { ports: [{ port: 80 }] },
  })
  await eventually(() => pulled.rows.has(`Service/${namespace}/later`), { within: 10_000 })

  // Another pull goes on from there, without a list, and ends the first.
  const again = await one.hub.pool.request(
    { method: 'POST', path, headers, body: JSON.stringify({ resume: versions }) },
    signal,
  )
  const types = new Set<string>()
  const resumed = (async () => {
    for await (const line of lines(again.body as AsyncIterable<Buffer>)) types.add(String(line.type))
  })()
  resumed.catch(() => {})
  await pulling
  await api.delete(`/api/v1/namespaces/${namespace}/services/later`)
  await eventually(() => types.has('delta'), { within: 20_000 })
  expect(types.has('list-start')).toBe(false)
  again.body.destroy()
  stop.abort()
  await reading
})

test('takes itself out of the cluster with all of the hub’s objects, and then ends', async () => {
  await using stack = new AsyncDisposableStack()
  const one = await member(stack)
  const body = JSON.stringify({ instance: one.instance, objects: [] })
  const answer = await one.hub.pool.request(
    { method: 'POST', path: '/-/moorage/remove', headers: {}, body },
    AbortSignal.timeout(90_000),
  )
  const progress: Record<string, unknown>[] = []
  for await (const line of lines(answer.body as AsyncIterable<Buffer>)) {
    progress.push(line)
    // Kubernetes ends the pod about now.
    if ('scan' in line) one.agent.signal('SIGTERM')
  }
  expect(progress.at(-1)).toEqual({ done: true })
  expect(await one.agent.ended).toBe(0)
  expect(one.agent.logs().at(-1)).toMatchObject({ msg: 'the agent ends', because: 'removed' })
  const wide = `/apis/rbac.authorization.k8s.io/v1/clusterroles/moorage-agent-${one.instance.slice(0, 8)}`
  expect(await api.probe(wide)).toBe(404)
  await eventually(async () => (await api.probe(`/api/v1/namespaces/${one.namespace}`)) === 404, { within: 60_000 })
})

test('a process that was killed is there again by its key', async () => {
  await using stack = new AsyncDisposableStack()
  const one = await member(stack)
  await one.agent.kill()
  await eventually(() => one.hub.link === null, { within: 10_000 })
  await one.agent.restart()
  await eventually(() => one.hub.link !== null, { within: 20_000 })
  expect(one.hub.calls.filter(({ path }) => path.endsWith('/register'))).toHaveLength(1)
  expect((await ask(one, 'GET', '/version')).status).toBe(200)
  const log = readFileSync(one.agent.logPath, 'utf8')
  const key = Buffer.from(
    (await api.get(`/api/v1/namespaces/${one.namespace}/secrets/moorage-agent`)).data.key,
    'base64',
  )
  for (const secret of [key.toString().split('\n')[1] ?? '', 'join_aaaa', 'eyJhbGciOi']) {
    expect(secret).not.toBe('')
    expect(log).not.toContain(secret)
  }
})
