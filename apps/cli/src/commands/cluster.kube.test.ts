import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { apiClient } from '@moorage/testkit/api-client.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { startTestbed, type Testbed } from '@moorage/testkit/testbed.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type TestHub, testHub } from '../test-hub.ts'
import { runCli } from '../test-io.ts'

/** Of its own: the phase is that of the whole cluster, and other tests put nodes that are not ready into the shared one. */
let member: Testbed
let kubeconfig: string
const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const NAMESPACE = 'cli-cluster'
/** ms; a machine that runs other suites beside this one. */
const SLOWLY = { within: 60_000, every: 250 }

let hub: TestHub
const cli = (args: string[], input?: string) =>
  runCli(args, { env: hub.env, home: hub.dir, cwd: hub.dir, ...(input !== undefined && { input }) })

beforeAll(async () => {
  ;[hub, member] = await Promise.all([testHub(), startTestbed({ name: 'cli-cluster', nodes: 3 })])
  kubeconfig = member.controlPlane.kubeconfigPath
  await using api = apiClient(readFileSync(kubeconfig, 'utf8'))
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } })
  await api.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: NAMESPACE, labels: { app: 'web' } },
    spec: deployment,
  })
})
afterAll(async () => {
  await hub?.[Symbol.asyncDispose]()
  await member?.[Symbol.asyncDispose]()
})

const deployment = {
  replicas: 0,
  selector: { matchLabels: { app: 'web' } },
  template: {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: 'registry.example.org/web:1' }] },
  },
}

test('a dry run checks and stores nothing', async () => {
  const dry = await cli(['cluster', 'connect', 'alpha', '--kubeconfig', kubeconfig, '--dry-run'])
  expect(dry.code).toBe(0)
  for (const step of ['parse', 'address', 'reach', 'version', 'identity', 'rights'])
    expect(dry.err).toMatch(new RegExp(`^[✓!] +${step} +\\d+ ms `, 'm'))
  expect((await cli(['cluster', 'list', '-o', 'name'])).out).toBe('')
})

test('a cluster is connected by standard input and waited for until all of it is seen', async () => {
  const connected = await cli(
    [
      'cluster',
      'connect',
      'alpha',
      '--kubeconfig',
      '-',
      '--label',
      'env=prod',
      '--label',
      'team=shop',
      '--wait',
      '-o',
      'json',
    ],
    readFileSync(kubeconfig, 'utf8'),
  )
  expect(connected.code).toBe(0)
  const { cluster } = JSON.parse(connected.out)
  expect(cluster).toMatchObject({
    name: 'alpha',
    phase: 'Running',
    mode: 'read-only',
    labels: { env: 'prod', team: 'shop' },
  })
  expect(connected.out + connected.err).not.toContain('PRIVATE KEY')
})

test('lists by selector and phase, in every format', async () => {
  expect((await cli(['cluster', 'list', '-l', 'env=prod', '-l', 'team in (shop)', '-o', 'name'])).out).toBe('alpha\n')
  expect((await cli(['cluster', 'list', '-l', 'env!=prod', '-o', 'name'])).out).toBe('')
  expect((await cli(['cluster', 'list', '--phase', 'Stopped', '-o', 'name'])).out).toBe('')
  expect((await cli(['cluster', 'list'])).out).toMatch(/^NAME +PHASE .*\nalpha +Running +read-only +v1\./)
  expect((await cli(['cluster', 'list', '-o', 'wide'])).out).toContain('env=prod,team=shop')
  expect(parse((await cli(['cluster', 'list', '-o', 'yaml'])).out).items[0].name).toBe('alpha')
  expect((await cli(['cluster', 'list', '-l', 'env in'])).code).toBe(2)
})

test('describe has facts with their evidence, conditions, credential, inventory and events', async () => {
  const { out, code } = await cli(['cluster', 'describe', 'alpha'])
  expect(code).toBe(0)
  for (const section of [
    'Facts:',
    'Resources:',
    'Credential:',
    'Conditions:',
    'Inventory:',
    'Capabilities:',
    'Events:',
  ])
    expect(out).toContain(`\n${section}\n`)
  expect(out).toMatch(/APIServerReachable +True/)
  expect(out).toMatch(/Deployment +watching +\d+/)
  expect(out).toMatch(/Expires: +20\d\d-.*\(in /)
})

test('what is in the cluster is listed and found', async () => {
  await eventually(
    async () =>
      expect((await cli(['search', `kind:Deployment image:web ns:${NAMESPACE}`, '-o', 'name'])).out).toBe(
        `alpha/Deployment/${NAMESPACE}/web\n`,
      ),
    SLOWLY,
  )
  expect((await cli(['cluster', 'workloads', 'alpha', '-n', NAMESPACE])).out).toMatch(/Deployment +web +\S+ +0\/0/)
  expect((await cli(['cluster', 'objects', 'alpha', '--kind', 'Namespace', '-o', 'name'])).out).toContain(
    `Namespace/${NAMESPACE}\n`,
  )
  expect((await cli(['cluster', 'nodes', 'alpha'])).code).toBe(0)
  expect((await cli(['cluster', 'events', 'alpha', '--since', '1h'])).code).toBe(0)
  expect((await cli(['cluster', 'top', 'alpha'])).code).toBe(0)
  expect((await cli(['cluster', 'capabilities', 'alpha'])).out).toMatch(/delete +no +\S/)
  expect((await cli(['search', 'kind:Pood'])).code).toBe(2)
})

test('labels, name, project and mode are changed', async () => {
  expect((await cli(['cluster', 'label', 'alpha', 'env=test', 'team-'])).out).toBe('alpha: env=test\n')
  expect((await cli(['cluster', 'rename', 'alpha', 'beta'])).code).toBe(0)
  expect((await cli(['cluster', 'update', 'beta', '--project', 'shop'])).out).toContain('project shop')
  expect((await cli(['cluster', 'get', 'alpha'])).code).toBe(3)
  expect((await cli(['cluster', 'rename', 'beta', 'alpha'])).code).toBe(0)
})

test('the same cluster again is a conflict that names the first', async () => {
  const again = await cli(['cluster', 'connect', 'other', '--kubeconfig', kubeconfig])
  expect(again.code).toBe(5)
  expect(again.err).toContain('alpha')
})

test('its kubeconfig is replaced by one of the same cluster', async () => {
  expect(
    (await cli(['cluster', 'replace-kubeconfig', 'alpha', '--kubeconfig', kubeconfig, '--dry-run'])).out,
  ).toContain('nothing was replaced')
  expect((await cli(['cluster', 'replace-kubeconfig', 'alpha', '--kubeconfig', kubeconfig])).code).toBe(0)
})

test('completion knows its name', async () => {
  // Completion gives up on a hub that is slow, as it may be beside other suites.
  await eventually(async () => expect((await cli(['__complete', 'cluster', 'get', 'al'])).out).toBe('alpha\n'))
  await eventually(async () =>
    expect((await cli(['__complete', 'cluster', 'list', '--project', ''])).out).toBe('shop\n'),
  )
})

test('watch prints a line for each change and ends by Ctrl-C', async () => {
  const child = spawn(process.execPath, [main, 'cluster', 'watch', '-o', 'json'], {
    env: { ...process.env, ...hub.env },
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
  })
  const last = () => JSON.parse(out.trim().split('\n').at(-1) ?? '')
  try {
    await eventually(() => expect(last().name).toBe('alpha'), SLOWLY)
    await cli(['cluster', 'label', 'alpha', 'seen=yes'])
    await eventually(() => expect(last().labels).toMatchObject({ seen: 'yes' }), SLOWLY)
  } finally {
    child.kill('SIGINT')
  }
  expect(await once(child, 'exit')).toEqual([130, null])
})

test('events are followed as they come', async () => {
  const child = spawn(process.execPath, [main, 'cluster', 'events', 'alpha', '--follow', '-n', NAMESPACE], {
    env: { ...process.env, ...hub.env },
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
  })
  try {
    await using api = apiClient(readFileSync(kubeconfig, 'utf8'))
    const now = new Date().toISOString()
    await api.create(`/api/v1/namespaces/${NAMESPACE}/events`, {
      metadata: { name: `followed-${Date.now()}` },
      involvedObject: { kind: 'Deployment', name: 'web', namespace: NAMESPACE, apiVersion: 'apps/v1' },
      type: 'Warning',
      reason: 'Followed',
      message: 'a ship passed \x1b[2J by',
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    })
    await eventually(() => expect(out).toContain('Followed'), SLOWLY)
    expect(out).not.toContain('\x1b[2J')
  } finally {
    child.kill('SIGINT')
  }
  expect(await once(child, 'exit')).toEqual([130, null])
})

test('delete is refused by the hub, with the word to use instead', async () => {
  const refused = await cli(['cluster', 'delete', 'alpha', '--yes'])
  expect(refused.code).toBe(4)
  expect(refused.err).toMatch(/disconnect/)
})

test('disconnect shows what will happen, asks, and prints the receipt', async () => {
  const asked = await cli(['cluster', 'disconnect', 'alpha'])
  expect(asked.code).toBe(8)
  expect(asked.err).toContain('forget here:')
  expect((await cli(['cluster', 'get', 'alpha'])).code).toBe(0)

  const done = await cli(['cluster', 'disconnect', 'alpha', '--yes'])
  expect(done.code).toBe(0)
  expect(done.out).toMatch(/^Receipt \S+\n +Cluster: +alpha\n/)
  expect((await cli(['cluster', 'get', 'alpha'])).code).toBe(3)
  const { items } = JSON.parse((await cli(['cluster', 'receipts', '-o', 'json'])).out)
  expect(items).toHaveLength(1)
  expect((await cli(['cluster', 'disconnect', 'alpha', '--yes'])).code).toBe(3)
})
