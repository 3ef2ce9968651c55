import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Json } from '@moorage/testkit/api-client.ts'
import { dumpAtRest } from '@moorage/testkit/at-rest.ts'
import { program } from '@moorage/testkit/binaries.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { dump, dumpDifference } from '@moorage/testkit/dump.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { exitCodes } from '../exit-codes.ts'
import { runCli } from '../test-io.ts'

// Its own control plane: the dumps compare all of it.
let plane: ControlPlane
let before: Record<string, Json>
let dir: string
/** A folder with the real helm alone in it. */
let bin: string

const INSTANCE = 'aaaaaaaa-1111-4222-8333-444444444444'
const NAMESPACE = 'agents'
const CHART = fileURLToPath(new URL('../../../../deploy/agent-chart', import.meta.url))
const AGENT = [CHART, '--set', `hub.url=https://hub.example.com,hub.instance=${INSTANCE},mode=full`]

beforeAll(async () => {
  plane = await startControlPlane({ name: 'cli-helm', scheduler: false })
  bin = mkdtempSync(join(tmpdir(), 'moorage-bin-'))
  symlinkSync(await program('helm', { log: line => console.error(line) }), join(bin, 'helm'))
  // As `helm install --create-namespace` makes it: its owner's, so it stays.
  await plane.api.create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  before = await dumpAtRest(plane.api)
}, 900_000)
afterAll(async () => {
  await plane?.stop()
  if (bin) rmSync(bin, { recursive: true, force: true })
})
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'moorage-cleanup-'))
  return () => rmSync(dir, { recursive: true, force: true })
})
afterEach(async () => {
  await eventually(async () => expect(dumpDifference(before, await dump(plane.api))).toEqual([]), { within: 30_000 })
})

const cleanup = (path: string) =>
  runCli(['cleanup', '--yes', '--instance', INSTANCE], {
    cwd: dir,
    home: dir,
    env: { KUBECONFIG: plane.kubeconfigPath, PATH: path, HOME: dir },
  })
const helmEnv = () => ({ HOME: dir, KUBECONFIG: plane.kubeconfigPath })
const helm = (...args: string[]) =>
  promisify(execFile)(join(bin, 'helm'), ['--namespace', NAMESPACE, ...args], { env: helmEnv() })
const releases = async () => {
  const { items } = await plane.api.get(`/api/v1/namespaces/${NAMESPACE}/secrets?labelSelector=owner%3Dhelm`)
  return items.map(({ metadata }: Json) => `${metadata.labels.name} ${metadata.labels.status}`)
}

/** A chart of somebody else's, which Moorage installs for people. */
function chartOfOthers(): string {
  const chart = join(dir, 'velero')
  mkdirSync(join(chart, 'templates'), { recursive: true })
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: velero\nversion: 1.0.0\n')
  const object = (kind: string, spec = '') => `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: velero\n${spec}`
  writeFileSync(join(chart, 'templates/config.yaml'), object('ConfigMap'))
  // Never bound, so an install that waits for it does so until it is killed.
  const claim =
    'spec:\n  storageClassName: none\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 1Gi}}\n'
  writeFileSync(join(chart, 'templates/claim.yaml'), object('PersistentVolumeClaim', claim))
  return chart
}
const MARKED = ['--labels', `moorage.dev/instance=${INSTANCE}`]

/** Installs, and is killed while it waits: the release stays as Helm had it in the meantime. */
async function interrupted(name: string, object: string, args: string[]): Promise<void> {
  const install = ['--namespace', NAMESPACE, 'install', name, ...args, '--wait', '--timeout', '5m']
  const child: ChildProcess = spawn(join(bin, 'helm'), install, { env: helmEnv(), stdio: 'ignore' })
  try {
    await eventually(async () => expect(await plane.api.probe(object)).toBe(200), { within: 60_000 })
  } finally {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  expect(await releases()).toEqual([`${name} pending-install`])
}
const DEPLOYMENT = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/moorage-agent`
const CLAIM = `/api/v1/namespaces/${NAMESPACE}/persistentvolumeclaims/velero`

test('our chart, installed by helm, is uninstalled by helm', async () => {
  await helm('install', 'agent', ...AGENT)
  expect(await releases()).toEqual(['agent deployed'])
  const { code, out, err } = await cleanup(bin)
  expect(err).toContain(`Helm release ${NAMESPACE}/agent`)
  expect(out).toContain(`Helm release ${NAMESPACE}/agent uninstalled`)
  expect(code, out + err).toBe(0)
  expect(await releases()).toEqual([])
})

test('where there is no helm, our chart goes object by object, with what Helm wrote down of it', async () => {
  await helm('install', 'agent', ...AGENT)
  await helm('upgrade', 'agent', ...AGENT)
  expect(await releases()).toEqual(['agent superseded', 'agent deployed'])
  const { code, out, err } = await cleanup(dir)
  expect(out).toContain(`Secret ${NAMESPACE}/sh.helm.release.v1.agent.v2 removed`)
  expect(code, out + err).toBe(0)
})

test.each(['with', 'without'])('our chart is removed %s helm where its install was cut off', async how => {
  await interrupted('agent', DEPLOYMENT, AGENT)
  const { code, out, err } = await cleanup(how === 'with' ? bin : dir)
  expect(code, out + err).toBe(0)
  expect(await releases()).toEqual([])
})

test.each(['with', 'without'])(
  'a record of it goes %s helm where an uninstall was cut off after the objects',
  async how => {
    await helm('install', 'agent', ...AGENT)
    const path = `/api/v1/namespaces/${NAMESPACE}/secrets/sh.helm.release.v1.agent.v1`
    const record = await plane.api.get(path)
    await helm('uninstall', 'agent', '--wait')
    const labels = { ...record.metadata.labels, status: 'uninstalling' }
    await plane.api.create(`/api/v1/namespaces/${NAMESPACE}/secrets`, {
      ...record,
      metadata: { name: record.metadata.name, labels },
    })
    const { code, out, err } = await cleanup(how === 'with' ? bin : dir)
    expect(code, out + err).toBe(0)
    expect(await releases()).toEqual([])
  },
)

test('what Moorage installed for people goes by helm alone; where that is missing, nothing of it is touched', async () => {
  await helm('install', 'velero', chartOfOthers(), ...MARKED)
  const without = await cleanup(dir)
  expect(without.code).toBe(exitCodes.failed)
  expect(without.out).toContain(
    `Helm release ${NAMESPACE}/velero could not be uninstalled: there is no helm on the PATH here, and only helm knows what belongs to the release; install it and run this again`,
  )
  expect(without.err).toContain(`Helm release ${NAMESPACE}/velero is still there.`)
  expect(await releases()).toEqual(['velero deployed'])
  expect(await plane.api.probe(CLAIM)).toBe(200)
  const { code, out, err } = await cleanup(bin)
  expect(code, out + err).toBe(0)
})

test('it goes by helm too where its install was cut off', async () => {
  await interrupted('velero', CLAIM, [chartOfOthers(), ...MARKED])
  const { code, out, err } = await cleanup(bin)
  expect(out).toContain(`Helm release ${NAMESPACE}/velero uninstalled`)
  expect(code, out + err).toBe(0)
})
