import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Json } from '@moorage/testkit/api-client.ts'
import { dumpAtRest } from '@moorage/testkit/at-rest.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { DUMP_EVERY, dump, dumpDifference } from '@moorage/testkit/dump.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { exitCodes } from '../exit-codes.ts'
import { runCli } from '../test-io.ts'

// Its own control plane: the dumps compare all of it, and other tests' hubs would be found too.
let plane: ControlPlane
let before: Record<string, Json>
let dir: string

const INSTANCE = 'aaaaaaaa-1111-4222-8333-444444444444'
const OTHER = 'bbbbbbbb-1111-4222-8333-444444444444'
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

beforeAll(async () => {
  plane = await startControlPlane({ name: 'cli-cleanup', scheduler: false })
  before = await dumpAtRest(plane.api)
})
afterAll(() => plane?.stop())
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'moorage-cleanup-'))
  return () => rmSync(dir, { recursive: true, force: true })
})

const cleanup = (args: string[], env: Record<string, string> = { KUBECONFIG: plane.kubeconfigPath }) =>
  runCli(['cleanup', ...args], { cwd: dir, home: dir, env })

const labelsOf = (instance: string) => ({
  'app.kubernetes.io/managed-by': 'moorage',
  'moorage.dev/instance': instance,
})

/** A few objects of a hub, in a namespace of its own. */
async function put(instance: string, namespace: string, count = 3) {
  const labels = labelsOf(instance)
  await plane.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } })
  for (let i = 0; i < count; i++)
    await plane.api.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c${i}`, namespace, labels } })
  const rbac = 'rbac.authorization.k8s.io'
  await plane.api.apply({
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: { name: `of-${namespace}`, labels },
    rules: [],
  })
}

/** Kubernetes puts things of its own into a new namespace, a moment later. */
const filled = (namespace: string) =>
  eventually(
    async () => {
      const inside = `/api/v1/namespaces/${namespace}`
      await plane.api.get(`${inside}/configmaps/kube-root-ca.crt`)
      await plane.api.get(`${inside}/serviceaccounts/default`)
    },
    { within: 30_000 },
  )

async function expectAsBefore() {
  let difference: string[] = []
  await eventually(
    async () => {
      difference = dumpDifference(before, await dump(plane.api))
      return difference.length === 0
    },
    { within: 30_000, every: DUMP_EVERY },
  ).catch(() => expect(difference).toEqual([]))
}

test('it shows, asks, removes, and says that nothing is left', async () => {
  await put(INSTANCE, 'moorage-system')
  await filled('moorage-system')
  const imported = await dump(plane.api)
  const dry = await cleanup(['--dry-run'])
  expect(dry).toMatchObject({ code: 0, out: '' })
  expect(dry.err).toContain('ConfigMap moorage-system/c0')
  const unasked = await cleanup([])
  expect(unasked.code).toBe(exitCodes.cancelled)
  expect(dumpDifference(imported, await dump(plane.api))).toEqual([])

  const { code, out, err } = await cleanup(['--yes'])
  expect(out.trim().split('\n').toSorted()).toEqual([
    'ClusterRole of-moorage-system removed',
    'ConfigMap moorage-system/c0 removed',
    'ConfigMap moorage-system/c1 removed',
    'ConfigMap moorage-system/c2 removed',
    'Namespace moorage-system removed',
  ])
  expect(err).toContain(`Nothing of Moorage ${INSTANCE} is left`)
  expect(code).toBe(0)
  await expectAsBefore()
  expect(await cleanup(['--yes'])).toMatchObject({ code: 0, out: expect.stringContaining('Nothing of Moorage is in') })
})

test('of two hubs, one has to be chosen, and the other stays', async () => {
  await put(INSTANCE, 'moorage-system')
  await put(OTHER, 'other-hub')
  const several = await cleanup(['--yes'])
  expect(several.code).toBe(exitCodes.usage)
  expect(several.err).toContain(`${INSTANCE} (5 objects, in moorage-system)`)
  expect(several.err).toContain(`${OTHER} (5 objects, in other-hub)`)
  expect(await plane.api.probe('/api/v1/namespaces/moorage-system/configmaps/c0')).toBe(200)

  const { code, out } = await cleanup(['--yes', '-o', 'json', '--instance', INSTANCE])
  expect(code).toBe(0)
  const report = JSON.parse(out)
  expect(report).toMatchObject({ instance: INSTANCE, clean: true, failed: [], left: [] })
  expect(report.removed).toHaveLength(5)
  expect(await plane.api.probe('/api/v1/namespaces/other-hub/configmaps/c0')).toBe(200)
  expect((await cleanup(['--yes'])).code).toBe(0)
  await expectAsBefore()
})

test('where something stays, it says what and why, and does not exit with 0', async () => {
  await put(INSTANCE, 'moorage-system')
  const path = '/api/v1/namespaces/moorage-system/configmaps/c1'
  await plane.api.patch(path, { metadata: { finalizers: ['example.org/hold'] } })
  const { code, out, err } = await cleanup(['--yes', '--timeout', '2s'])
  expect(code).toBe(exitCodes.failed)
  expect(out).toMatch(/ConfigMap moorage-system\/c1 could not be removed: .*example\.org\/hold/)
  expect(out).toContain('Namespace moorage-system could not be removed: ConfigMap moorage-system/c1 is in the way')
  expect(err).toContain('ConfigMap moorage-system/c1 is still there.')
  await plane.api.patch(path, { metadata: { finalizers: [] } })
  expect((await cleanup(['--yes'])).code).toBe(0)
  await expectAsBefore()
})

test('without rights it is refused, and nothing is begun', async () => {
  await put(INSTANCE, 'moorage-system')
  const kubeconfig = join(dir, 'weak')
  writeFileSync(kubeconfig, await plane.serviceAccountKubeconfig({ name: 'weak', namespace: 'weak', role: 'view' }))
  await filled('moorage-system')
  await filled('weak')
  const imported = await dump(plane.api)
  const { code, err } = await cleanup(['--yes', '--kubeconfig', kubeconfig, '--instance', INSTANCE])
  expect(code).toBe(exitCodes.denied)
  expect(err).toMatch(/delete clusterroles|list secrets/)
  expect(dumpDifference(imported, await dump(plane.api))).toEqual([])
  await plane.api.delete('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/weak-weak')
  await plane.api.delete('/api/v1/namespaces/weak')
  expect((await cleanup(['--yes'])).code).toBe(0)
  await expectAsBefore()
})

test('killed in the middle, the next run does the rest', async () => {
  const one = async (after: number) => {
    const instance = randomUUID()
    await put(instance, `killed-${after}`, 80)
    const running = await start(['--yes', '--instance', instance])
    const left = async () => (await plane.api.get(`/api/v1/namespaces/killed-${after}/configmaps`)).items.length
    await eventually(async () => (await left()) <= 80 - after, { within: 30_000, every: 5 })
    running.kill('SIGKILL')
    await ended(running)
    expect((await cleanup(['--yes', '--instance', instance])).code).toBe(0)
  }
  await Promise.all([1, 40, 80].map(one))
  await expectAsBefore()
})

test('in a pod, it is the pod’s own account; helm gets the cluster by its flags', async () => {
  await put(INSTANCE, 'moorage-system')
  const kubeconfig = await plane.serviceAccountKubeconfig({ name: 'job', namespace: 'job', role: 'cluster-admin' })
  const token = /token: (\S+)/.exec(kubeconfig)?.[1] ?? ''
  const { inClusterTarget } = await import('@moorage/kube/in-cluster.ts')
  writeFileSync(join(dir, 'token'), token)
  writeFileSync(join(dir, 'ca.crt'), plane.caPem)
  const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: `${plane.port}` }
  expect(await inClusterTarget(env, dir)).toMatchObject({ auth: { kind: 'token', token }, tls: { ca: plane.caPem } })
  expect(await inClusterTarget({}, dir)).toBe(null)
  expect(await inClusterTarget(env, join(dir, 'none'))).toBe(null)
  // It takes a while, in which what follows runs.
  await plane.api.delete('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/job-job')
  await plane.api.delete('/api/v1/namespaces/job')

  const log = join(dir, 'helm.log')
  // It says what it was told, and is done when the record is gone.
  writeFileSync(
    join(dir, 'helm'),
    `#!/bin/sh\necho "$@" > ${log}\nwhile [ ! -e ${dir}/gone ]; do /bin/sleep 0.1; done\n`,
  )
  chmodSync(join(dir, 'helm'), 0o755)
  const labels = { ...labelsOf(INSTANCE), owner: 'helm', name: 'velero', version: '1' }
  await plane.api.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'sh.helm.release.v1.velero.v1', namespace: 'moorage-system', labels },
  })
  const cleaning = cleanup(['--yes', '--instance', INSTANCE], { KUBECONFIG: plane.kubeconfigPath, PATH: dir })
  await eventually(() => existsSync(log), { within: 30_000 })
  await plane.api.delete('/api/v1/namespaces/moorage-system/secrets/sh.helm.release.v1.velero.v1')
  writeFileSync(join(dir, 'gone'), '')
  expect((await cleaning).code).toBe(0)
  expect(readFileSync(log, 'utf8').trim()).toBe(
    `uninstall velero --namespace moorage-system --wait --timeout 2m --kubeconfig ${plane.kubeconfigPath} --kube-context cli-cleanup`,
  )
  await expectAsBefore()
})

test('what can not be used is refused before anything is dialled', async () => {
  expect(await cleanup(['--instance', 'a,b'])).toMatchObject({ code: exitCodes.usage })
  expect(await cleanup([], {})).toMatchObject({ code: exitCodes.usage, err: expect.stringContaining('no kubeconfig') })
  expect(await cleanup([], { KUBECONFIG: 'a:b' })).toMatchObject({ code: exitCodes.usage })
})

async function start(args: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [MAIN, 'cleanup', ...args], {
    env: { PATH: process.env.PATH, HOME: dir, KUBECONFIG: plane.kubeconfigPath },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(child, 'spawn')
  return child
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}
