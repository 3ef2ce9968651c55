import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

const dir = mkdtempSync(join(tmpdir(), 'moorage-killed-'))
let member: ControlPlane
let other: ControlPlane
let hub: HubProcess

beforeAll(async () => {
  ;[member, other] = await Promise.all([
    startControlPlane({ name: 'killed-a' }),
    startControlPlane(audited('killed-b')),
  ])
  hub = await startHub({ dir })
})

afterAll(async () => {
  await hub?.[Symbol.asyncDispose]()
  await Promise.all([member?.[Symbol.asyncDispose](), other?.[Symbol.asyncDispose]()])
  rmSync(dir, { recursive: true, force: true })
})

const json = async <T>(answer: Promise<Response>) => (await (await answer).json()) as T
const clusters = async () =>
  (await json<{ items: { name: string; uid: string; phase: string }[] }>(hub.fetch('/api/v1/clusters'))).items
const connect = (name: string, plane: ControlPlane) =>
  hub.fetch('/api/v1/clusters', {
    method: 'POST',
    body: { name, kubeconfig: readFileSync(plane.kubeconfigPath, 'utf8') },
  })

test('a connect that was acknowledged survives kill -9, and none is there twice', { timeout: 240_000 }, async () => {
  const acknowledged = new Set<string>()
  // The kill falls at another moment of the connect each time: before, within and after its transaction.
  for (const delay of [5, 40, 90, 150, 250, 400, 700]) {
    const attempt = connect('alpha', member).then(
      answer => answer.status,
      () => 0,
    )
    await new Promise(resolve => setTimeout(resolve, delay))
    await hub.kill()
    if ((await attempt) === 201) acknowledged.add('alpha')
    await hub.restart()
    const seen = (await clusters()).filter(cluster => cluster.name === 'alpha')
    expect(seen.length).toBeLessThanOrEqual(1)
    if (acknowledged.has('alpha')) expect(seen.length).toBe(1)
  }
  const last = await connect('alpha', member)
  expect([201, 409]).toContain(last.status)
  await eventually(
    async () =>
      expect((await clusters()).map(cluster => [cluster.name, cluster.phase])).toEqual([['alpha', 'Running']]),
    { within: 30_000 },
  )
})

test('after kill -9 the watches resume: nothing is listed again, and what changed meanwhile is seen', {
  timeout: 120_000,
}, async () => {
  await connect('beta', other)
  const complete = () => json<{ complete: boolean }>(hub.fetch('/api/v1/clusters/beta/sync'))
  await eventually(async () => expect((await complete()).complete).toBe(true), { within: 30_000 })
  // A first change moves the stored resource versions to the newest ones.
  await kubectl(other.kubeconfigPath, ['create', 'namespace', 'before'])
  await eventually(async () => expect(await namespaces()).toContain('before'), { within: 10_000 })

  const listsBefore = lists(other)
  expect(listsBefore.filter(uri => uri.startsWith('/api/v1/pods')).length).toBe(1)
  await hub.kill()
  await kubectl(other.kubeconfigPath, ['create', 'namespace', 'while-away'])
  await hub.restart()

  await eventually(async () => expect(await namespaces()).toContain('while-away'), { within: 15_000 })
  expect(lists(other)).toEqual(listsBefore)
})

const namespaces = async () =>
  (await json<{ items: { name: string }[] }>(hub.fetch('/api/v1/clusters/beta/objects?kind=Namespace'))).items.map(
    item => item.name,
  )

/**
 * The lists that the member's API server answered to the hub, by its own audit log. Before it resumes a watch the hub
 * asks for one object at the version it knows; that is no list, and told apart by its query.
 */
function lists(plane: ControlPlane): string[] {
  return readFileSync(join(plane.dir, 'audit.log'), 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as { verb: string; userAgent?: string; requestURI: string })
    .filter(entry => entry.verb === 'list' && !/^(kube-|kubectl|kwok)/.test(entry.userAgent ?? ''))
    .map(entry => entry.requestURI)
    .filter(uri => !uri.includes('resourceVersionMatch=NotOlderThan') && !uri.includes('/metrics.k8s.io/'))
}

/** Makes a control plane write down each request that it has answered. */
function audited(name: string): ControlPlaneOptions {
  const folder = join(dir, name)
  mkdirSync(folder, { recursive: true })
  const policy = join(folder, 'audit-policy.yaml')
  const rules = { omitStages: ['RequestReceived', 'ResponseStarted'], rules: [{ level: 'Metadata', verbs: ['list'] }] }
  writeFileSync(policy, JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...rules }))
  return {
    name,
    dir: folder,
    apiServerArgs: [`--audit-policy-file=${policy}`, `--audit-log-path=${join(folder, 'audit.log')}`],
  }
}
