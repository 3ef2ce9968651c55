import { fileURLToPath } from 'node:url'
import { program } from '@moorage/testkit/binaries.ts'
import { clientProgram, pythonClient } from '@moorage/testkit/client-programs.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientGo } from './client-go.ts'
import { openWatches } from './full-agent.ts'
import { connections, runClient, SLOWLY, type Stage, startStage } from './stage.ts'

/** ms; Go programs may have to be built first, once on a machine. */
const BUILT_WITHIN = 900_000
const POD = 'shell'

let stage: Stage
let helmPath: string
let olderKubectl: string
let pythonPath: string

beforeAll(async () => {
  const log = (line: string) => console.error(`clients: ${line}`)
  helmPath = await program('helm', { log })
  olderKubectl = await clientProgram('older-kubectl', log)
  await clientProgram('client-go', log)
  pythonPath = await pythonClient(log)
  stage = await startStage()
}, BUILT_WITHIN)
afterAll(() => stage?.[Symbol.asyncDispose]())

describe.each(connections)('by connection %s', connection => {
  const namespace = `clients-${connection}`
  beforeAll(() => stage.namespace(connection, namespace, POD))

  test('helm installs, upgrades, rolls back, lists and uninstalls', async () => {
    const helm = async (...args: string[]) => {
      const all = ['--kubeconfig', stage.kubeconfig(connection, 'plugin'), '--namespace', namespace, ...args]
      const done = await runClient(stage, helmPath, all)
      expect(done.code, `helm ${args.join(' ')}: ${done.stderr}`).toBe(0)
      return done.stdout
    }
    const chart = fileURLToPath(new URL('chart', import.meta.url))
    const released = async () => {
      const { api } = stage.plane(connection)
      const { spec, status } = await api.get(`/apis/apps/v1/namespaces/${namespace}/deployments/one-web`)
      const { data } = await api.get(`/api/v1/namespaces/${namespace}/configmaps/one-settings`)
      return { replicas: spec.replicas, ready: status.readyReplicas, greeting: data.greeting }
    }
    await helm('install', 'one', chart, '--wait', '--timeout', '90s')
    expect(await released()).toEqual({ replicas: 2, ready: 2, greeting: 'hello' })
    await helm('upgrade', 'one', chart, '--wait', '--set', 'replicas=3,greeting=welcome', '--timeout', '90s')
    expect(await released()).toEqual({ replicas: 3, ready: 3, greeting: 'welcome' })
    await helm('rollback', 'one', '1', '--wait', '--timeout', '90s')
    expect(await released()).toMatchObject({ replicas: 2, greeting: 'hello' })
    expect(JSON.parse(await helm('list', '-o', 'json'))).toMatchObject([
      { name: 'one', revision: '3', status: 'deployed' },
    ])
    await helm('uninstall', 'one', '--wait')
    expect(JSON.parse(await helm('list', '--all', '-o', 'json'))).toEqual([])
  })

  test('client-go reads: discovery, binary forms, pages, informers, streaming lists', async () => {
    const checks = ['discovery', 'protobuf', 'pages', 'informer', 'watch-list', 'watch-ends', 'connections']
    const found = await clientGo(stage, stage.kubeconfig(connection, 'static'), checks, { namespace })
    expect(found).toMatchObject({
      discovery: { aggregated: true, unchanged: true },
      protobuf: { list: 'application/vnd.kubernetes.protobuf' },
      pages: { pages: 4, names: 10, partial: 10 },
      informer: { seen: ['add', 'update', 'delete'] },
      'watch-list': { types: ['ADDED', 'BOOKMARK'], end: 'true' },
      'watch-ends': { lasted: true },
      connections: { protocols: ['HTTP/1.1'] },
    })
    // The checks before it may have left one.
    expect(found.connections?.dialled).toBeLessThanOrEqual(1)
  })

  test('client-go in CBOR, which it is told to prefer', async () => {
    const env = { KUBE_FEATURE_ClientsAllowCBOR: 'true', KUBE_FEATURE_ClientsPreferCBOR: 'true' }
    const found = await clientGo(stage, stage.kubeconfig(connection, 'static'), ['cbor'], { namespace, env })
    const one = 'application/cbor'
    expect(found.cbor).toMatchObject({
      types: ['application/cbor-seq', one, one, one, one],
      sent: ['application/apply-patch+cbor', one],
      same: true,
      missing: true,
    })
  })

  test('client-go writes: apply, dynamic, subresources, leases, errors, warnings', async () => {
    const checks = ['apply', 'dynamic', 'subresources', 'leader-election', 'errors', 'warnings']
    const found = await clientGo(stage, stage.kubeconfig(connection, 'plugin'), checks, { namespace })
    expect(found).toMatchObject({
      apply: { conflict: true, value: '2' },
      dynamic: { value: '2' },
      subresources: { replicas: 1 },
      'leader-election': { led: ['one', 'two'] },
      errors: { missing: true, twice: true, conflict: true, invalid: true, unauthorized: true },
      warnings: { said: [expect.stringContaining('Endpoints is deprecated')] },
    })
  })

  test('client-go streams: exec, port-forward, logs, and 150 watches at once', async () => {
    const checks = ['exec-websocket', 'exec-spdy', 'port-forward', 'logs', 'many-watches']
    const where = { namespace, pod: POD }
    const found = await clientGo(stage, stage.kubeconfig(connection, 'static'), checks, where)
    expect(found).toMatchObject({
      'exec-websocket': { same: true },
      'exec-spdy': { same: true },
      'port-forward': { same: { spdy: 10, websocket: 10 } },
      logs: { lines: 20 },
      'many-watches': { watches: 150, told: 150 },
    })
  })

  test('a kubectl of two minors ago', async () => {
    const kubectl = async (args: string[], input?: string) => {
      const all = ['--kubeconfig', stage.kubeconfig(connection, 'static'), '-n', namespace, ...args]
      const done = await runClient(stage, olderKubectl, all, input === undefined ? {} : { input })
      expect(done.code, `${args.join(' ')}: ${done.stderr}`).toBe(0)
      return done.stdout
    }
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'older' }, data: { a: '1' } }
    expect(await kubectl(['apply', '-f', '-'], JSON.stringify(settings))).toContain('configmap/older created')
    const server = ['apply', '--server-side', '--force-conflicts', '-f', '-']
    expect(await kubectl(server, JSON.stringify({ ...settings, data: { a: '2' } }))).toContain('serverside-applied')
    expect(await kubectl(['get', 'configmap', 'older', '-o', 'jsonpath={.data.a}'])).toBe('2')
    expect(await kubectl(['get', 'pods'])).toMatch(/^NAME +READY[\s\S]*shell +1\/1 +Running/)
    expect(await kubectl(['api-resources', '-o', 'name'])).toContain('deployments.apps')
    expect(await kubectl(['explain', 'pod.spec.containers'])).toContain('FIELD: containers')
    expect(await kubectl(['exec', '-i', POD, '--', 'head', '-n', '1'], 'there and back\n')).toBe('there and back\n')
    expect((await kubectl(['logs', POD])).split('\n')).toHaveLength(21)
    expect(await kubectl(['wait', '--for=condition=Ready', `pod/${POD}`])).toContain('condition met')
    expect(await kubectl(['auth', 'can-i', 'delete', 'pods'])).toBe('yes\n')
    expect(await kubectl(['delete', 'configmap', 'older'])).toContain('deleted')
  })

  test('JavaScript: an informer, apply, logs, exec', async () => {
    const script = fileURLToPath(new URL('client-node.ts', import.meta.url))
    for (const signIn of ['plugin', 'static'] as const) {
      const args = [script, stage.kubeconfig(connection, signIn), namespace, POD]
      const done = await runClient(stage, process.execPath, args)
      expect(done.code, done.stderr).toBe(0)
      expect(JSON.parse(done.stdout)).toEqual({
        seen: ['add', 'update', 'delete'],
        errors: [],
        applied: '2',
        missing: 404,
        logs: 20,
        exec: 'out\n',
      })
    }
  })

  test('Python: lists, watches, patches, dynamic objects, exec', async () => {
    const script = fileURLToPath(new URL('client.py', import.meta.url))
    for (const signIn of ['plugin', 'static'] as const) {
      const args = [script, stage.kubeconfig(connection, signIn), namespace, POD]
      const done = await runClient(stage, 'python3', args, { env: { PYTHONPATH: pythonPath } })
      expect(done.code, done.stderr).toBe(0)
      expect(JSON.parse(done.stdout)).toEqual({
        listed: true,
        events: ['ADDED', 'MODIFIED', 'DELETED'],
        patched: '2',
        applied: '3',
        dynamic: 'ConfigMap',
        missing: 404,
        exec: 'typed\n',
        logs: true,
      })
    }
  })
})

test('an agent with all its connections in use refuses what goes on for long, until there is room again', async () => {
  const namespace = 'clients-full'
  await stage.namespace('agent', namespace, POD)
  const config = stage.kubeconfig('agent', 'static')
  await using watches = openWatches(config, namespace)
  // The part of 512 connections that what goes on for long may have; see docs/access.md.
  const all = await watches.open(420)
  expect(all.filter(({ status }) => status !== 200)).toEqual([])
  const [refused] = await watches.open(1)
  expect(refused).toMatchObject({
    status: 429,
    headers: { 'retry-after': '1', warning: expect.stringContaining('420 watches and sessions') },
    said: {
      kind: 'Status',
      reason: 'TooManyRequests',
      message: expect.stringContaining('A further replica of an agent'),
    },
  })
  const kubectl = await program('kubectl')
  const run = (...args: string[]) => runClient(stage, kubectl, ['--kubeconfig', config, '-n', namespace, ...args])
  const exec = await run('exec', POD, '--', 'true')
  expect(exec.code).toBe(1)
  expect(exec.stderr).toContain('420 watches and sessions')

  // What is short goes on, many at a time, and those that watch are told.
  expect((await watches.ask(60)).filter(status => status !== 200)).toEqual([])
  expect(await run('create', 'configmap', 'told')).toMatchObject({ code: 0 })
  await eventually(() => expect(watches.told('"name":"told"')).toBe(420), SLOWLY)
  const { phase } = (await (await stage.hub.fetch('/api/v1/clusters/agent')).json()) as { phase: string }
  expect(['Running', 'Warning']).toContain(phase)

  watches.close(5)
  await eventually(async () => expect((await run('exec', POD, '--', 'true')).code).toBe(0), SLOWLY)
  await eventually(async () => expect((await watches.open(1))[0]).toMatchObject({ status: 200 }), SLOWLY)
})
