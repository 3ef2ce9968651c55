import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cluster } from '@moorage/contract/cluster.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { startPostgres } from '@moorage/testkit/postgres.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

const dir = mkdtempSync(join(tmpdir(), 'moorage-replicas-'))
const stack = new AsyncDisposableStack()
let member: ControlPlane
let first: HubProcess
let second: HubProcess

/** A replica: a folder of its own, the database, the sealing key and the first token in common. */
async function replica(name: string, databaseUrl: string, key: string, token: string): Promise<HubProcess> {
  const folder = join(dir, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 })
  return stack.use(await startHub({ dir: folder, args: ['--database-url', databaseUrl, '--sealing-key-file', key] }))
}

beforeAll(async () => {
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const database = stack.use(await startPostgres())
  member = stack.use(await startControlPlane({ name: 'replicas' }))
  const key = join(dir, 'sealing.key')
  writeFileSync(key, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
  const token = `moorage_${randomBytes(32).toString('base64url')}`
  first = await replica('first', database.databaseUrl, key, token)
  second = await replica('second', database.databaseUrl, key, token)
})

afterAll(() => stack.disposeAsync())

const seenBy = async (hub: HubProcess) => (await (await hub.fetch('/api/v1/clusters/shared')).json()) as Cluster
const becomes = (hub: HubProcess, phase: string, within: number) =>
  eventually(async () => expect((await seenBy(hub)).phase).toBe(phase), { within })

test('a cluster that was connected on one replica is there on the other', async () => {
  const body = { name: 'shared', kubeconfig: member.kubeconfig }
  expect((await first.fetch('/api/v1/clusters', { method: 'POST', body })).status).toBe(201)
  await becomes(second, 'Running', 20_000)
  const again = await second.fetch('/api/v1/clusters', { method: 'POST', body: { ...body, name: 'again' } })
  expect(await again.json()).toMatchObject({ code: 'cluster_exists' })
})

test('when the replica that looks after it is killed, the other one takes over', async () => {
  await first.kill()
  const before = Date.parse((await seenBy(second)).lastSeen as string)
  // Whichever of the two had the lease: it has run out by then, and the cluster is seen again.
  await eventually(async () => expect(Date.parse((await seenBy(second)).lastSeen as string)).toBeGreaterThan(before), {
    within: 60_000,
  })
  member.freeze()
  await becomes(second, 'Unreachable', 15_000)
  member.thaw()
  await becomes(second, 'Running', 5_000)
})

test('what is let go on one replica is gone on all', async () => {
  await first.restart()
  expect((await second.fetch('/api/v1/clusters/shared/disconnect', { method: 'POST', body: {} })).status).toBe(200)
  expect((await first.fetch('/api/v1/clusters/shared')).status).toBe(404)
})
