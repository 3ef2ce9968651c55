import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cluster, Receipt } from '@moorage/contract/cluster.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, moorage, startHub } from '@moorage/testkit/hub-process.ts'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { startTestbed, type Testbed } from '@moorage/testkit/testbed.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'

const dir = mkdtempSync(join(tmpdir(), 'moorage-story-'))
const config = { MOORAGE_CONFIG: join(dir, 'config.yaml') }
let harbourTestbed: Testbed
let harbour: ControlPlane
let lagoon: ControlPlane
let hub: HubProcess

beforeAll(async () => {
  ;[harbourTestbed, lagoon] = await Promise.all([
    startTestbed({ name: 'harbour', flavour: 'eks', nodes: 3 }),
    startControlPlane({ name: 'lagoon' }),
  ])
  harbour = harbourTestbed.controlPlane
  hub = await startHub({ dir: join(dir, 'hub') })
  await kubectl(harbour.kubeconfigPath, ['create', 'namespace', 'shop'])
  await kubectl(harbour.kubeconfigPath, [
    'create',
    'deployment',
    'web',
    '--image=nginx:1.29',
    '--replicas=2',
    '-n',
    'shop',
  ])
})

afterAll(async () => {
  await hub?.[Symbol.asyncDispose]()
  await Promise.all([harbourTestbed?.[Symbol.asyncDispose](), lagoon?.[Symbol.asyncDispose]()])
  rmSync(dir, { recursive: true, force: true })
})

/** Runs the command line as somebody who signed in: with a config file, not with environment variables. */
const run = (...args: string[]) => moorage(null, args, { env: config })
const ok = async (...args: string[]) => {
  const result = await run(...args)
  expect(result, args.join(' ')).toMatchObject({ code: 0 })
  return result.stdout
}
const file = (name: string, text: string) => {
  const path = join(dir, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

test('sign in with a token', async () => {
  const wrong = await run('login', hub.url, '--token', 'moorage_wrong', '--ca', hub.caPath)
  expect(wrong.code).not.toBe(0)
  await ok('login', hub.url, '--token-file', join(dir, 'hub', 'token'), '--ca', hub.caPath)
  expect(await ok('whoami')).toMatch(/bootstrap|admin/)
})

test('connect a cluster and wait until it is seen as a whole', async () => {
  await ok('cluster', 'connect', 'harbour', '--kubeconfig', harbour.kubeconfigPath, '--label', 'env=test', '--wait')
  const cluster = JSON.parse(await ok('cluster', 'get', 'harbour', '-o', 'json')) as Cluster
  const asked =
    'id name uid phase conditions origin connection mode version distribution provider region instanceTypes nodeCount readyNodeCount labels project lastSeen capabilities'
  expect(Object.keys(cluster)).toEqual(expect.arrayContaining(asked.split(' ')))
  expect(cluster).toMatchObject({
    phase: 'Running',
    origin: 'connected',
    connection: 'direct',
    mode: 'read-only',
    nodeCount: 3,
    labels: { env: 'test' },
    project: 'default',
  })
  expect(cluster.distribution).toMatchObject({
    value: 'eks',
    evidence: expect.arrayContaining([expect.stringMatching(/\w/)]),
  })
  expect(cluster.provider.value).toBe('aws')
  const uid = ['get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}']
  expect(cluster.uid).toBe((await kubectl(harbour.kubeconfigPath, uid)).stdout)
})

test('see it: list, describe, nodes, workloads, events, top, search', async () => {
  expect(await ok('cluster', 'list')).toMatch(/harbour\s+Running/)
  expect(await ok('cluster', 'list', '-o', 'name', '-l', 'env=test')).toBe('harbour\n')
  expect(await ok('cluster', 'list', '-o', 'name', '-l', 'env!=test')).toBe('')
  expect(await ok('cluster', 'describe', 'harbour')).toMatch(/Conditions:[\s\S]*Events:/)
  expect((await ok('cluster', 'nodes', 'harbour')).match(/Ready/g)?.length).toBeGreaterThanOrEqual(3)
  expect(await ok('cluster', 'workloads', 'harbour')).toMatch(/web/)
  await eventually(
    async () => expect(await ok('cluster', 'events', 'harbour')).toMatch(/ScalingReplicaSet|SuccessfulCreate/),
    { within: 20_000 },
  )
  const top = await run('cluster', 'top', 'harbour')
  expect(top.stdout + top.stderr).toMatch(/no metrics-server/)
  await eventually(async () => expect(await ok('search', 'kind:Pod image:nginx ns:shop')).toMatch(/web-/), {
    within: 20_000,
  })
  expect(JSON.parse(await ok('search', 'kind:Pod -cluster:harbour', '-o', 'json'))).toMatchObject({ items: [] })
})

test('what is wrong with a kubeconfig is said in a sentence, and nothing is stored', async () => {
  const again = await run('cluster', 'connect', 'twice', '--kubeconfig', harbour.kubeconfigPath)
  expect(again.stderr).toMatch(/already known.*harbour|harbour/)

  const one = parse(harbour.kubeconfig) as Record<string, unknown[]>
  const context = (one.contexts as { name: string; context: object }[])[0]
  const two = file(
    'two.yaml',
    stringify({
      ...one,
      contexts: [
        { ...context, name: 'first' },
        { name: 'second', context: { ...context?.context } },
      ],
      'current-context': 'first',
    }),
  )
  const several = await run('cluster', 'connect', 'several', '--kubeconfig', two)
  expect(several.stderr).toMatch(/first/)
  expect(several.stderr).toMatch(/second/)

  const plugin = file(
    'plugin.yaml',
    stringify({
      ...one,
      users: (one.users as { name: string }[]).map(({ name }) => ({
        name,
        user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws', interactiveMode: 'Never' } },
      })),
    }),
  )
  const exec = await run('cluster', 'connect', 'plugin', '--kubeconfig', plugin)
  expect(exec.stderr).toMatch(/exec/)
  expect(exec.stderr).toMatch(/convert-kubeconfig/)

  const refused = await run(
    'cluster',
    'connect',
    'nobody',
    '--kubeconfig',
    file('refused.yaml', lagoon.kubeconfig.replace(/server: .*/, 'server: https://127.0.0.1:1')),
  )
  expect(refused.stderr).toMatch(/refused/)
  expect(await ok('cluster', 'list', '-o', 'name')).toBe('harbour\n')
})

test('convert a kubeconfig, connect with it, let the cluster go, and undo: the member is as before', {
  timeout: 90_000,
}, async () => {
  const before = await dump(lagoon)
  const out = join(dir, 'converted.yaml')
  await ok('convert-kubeconfig', lagoon.kubeconfigPath, '--yes', '-o', out)
  const connected = await moorage(null, ['cluster', 'connect', 'lagoon', '--kubeconfig', '-', '--wait'], {
    env: config,
    input: readFileSync(out, 'utf8'),
  })
  expect(connected).toMatchObject({ code: 0 })
  const cluster = JSON.parse(await ok('cluster', 'get', 'lagoon', '-o', 'json')) as Cluster
  expect(cluster.credential).toMatchObject({ kind: 'token', expiresAt: expect.stringMatching(/^20/) })

  const other = await run('cluster', 'replace-kubeconfig', 'lagoon', '--kubeconfig', harbour.kubeconfigPath)
  expect(other.code).not.toBe(0)
  expect(other.stderr).toMatch(/another cluster|harbour/)

  await ok('cluster', 'disconnect', 'lagoon', '--yes')
  await ok('convert-kubeconfig', lagoon.kubeconfigPath, '--undo', '--yes')
  expect(await dump(lagoon)).toEqual(before)
})

test('delete is refused with the word to use instead; disconnect asks, then prints a receipt', async () => {
  const deleted = await run('cluster', 'delete', 'harbour', '--yes')
  expect(deleted.code).not.toBe(0)
  expect(deleted.stderr).toMatch(/disconnect/)
  const unasked = await run('cluster', 'disconnect', 'harbour')
  expect(unasked.code).not.toBe(0)
  expect(await ok('cluster', 'list', '-o', 'name')).toBe('harbour\n')
  const receipt = JSON.parse(await ok('cluster', 'disconnect', 'harbour', '--yes', '-o', 'json')) as Receipt
  expect(receipt).toMatchObject({ name: 'harbour', owed: [], removed: [] })
  expect(Date.parse(receipt.tombstoneUntil) - Date.parse(receipt.disconnectedAt)).toBe(72 * 3_600_000)
  expect(await ok('cluster', 'list', '-o', 'name')).toBe('')
  expect(await ok('cluster', 'receipts')).toMatch(/harbour/)
})

/** Identities of all objects that somebody could have put there, of the kinds that a conversion makes, and all namespaces' accounts and secrets. */
async function dump(plane: ControlPlane): Promise<string[]> {
  const kinds = 'namespaces,serviceaccounts,secrets,configmaps,roles,rolebindings,clusterroles,clusterrolebindings'
  const { stdout } = await kubectl(plane.kubeconfigPath, [
    'get',
    kinds,
    '-A',
    '-o',
    'jsonpath={range .items[*]}{.kind}/{.metadata.namespace}/{.metadata.name}/{.metadata.uid}{"\\n"}{end}',
  ])
  return stdout.trim().split('\n').sort()
}
