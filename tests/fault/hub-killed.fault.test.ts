import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
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
    startControlPlane({ name: 'killed-b' }),
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

  const listsBefore = await lists(other)
  await hub.kill()
  await kubectl(other.kubeconfigPath, ['create', 'namespace', 'while-away'])
  await hub.restart()

  await eventually(async () => expect(await namespaces()).toContain('while-away'), { within: 15_000 })
  expect(await lists(other)).toEqual(listsBefore)
})

const namespaces = async () =>
  (await json<{ items: { name: string }[] }>(hub.fetch('/api/v1/clusters/beta/objects?kind=Namespace'))).items.map(
    item => item.name,
  )

/** How often the API server listed namespaces, pods and nodes for the hub, by its own count. Its controllers watch, and list only as they start. */
async function lists(plane: ControlPlane): Promise<Record<string, number>> {
  const { stdout: text } = await kubectl(plane.kubeconfigPath, ['get', '--raw', '/metrics'])
  const counts: Record<string, number> = {}
  for (const resource of ['namespaces', 'nodes', 'pods', 'deployments']) {
    const rows = text
      .split('\n')
      .filter(
        line =>
          line.startsWith('apiserver_request_total{') &&
          line.includes(`resource="${resource}"`) &&
          line.includes('verb="LIST"'),
      )
    counts[resource] = rows.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }
  return counts
}
