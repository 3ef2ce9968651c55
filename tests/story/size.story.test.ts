import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInBulk } from '@moorage/testkit/bulk.ts'
import { startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { startHub } from '@moorage/testkit/hub-process.ts'
import { expect, test } from 'vitest'

const NODES = 1_000
const PODS = 20_000
/** MB of 10⁶ bytes, the kernel's own high-water mark of the process. */
const MEMORY = 600
/** ms for a page of 100, the best of some tries: the machine may be busy with other things. */
const PAGE = 50

test('1,000 nodes and 20,000 pods are fully in the inventory within 600 MB, and a page answers in 50 ms', {
  timeout: 300_000,
}, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'moorage-size-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const member = stack.use(await startControlPlane({ name: 'size', controllerManager: false, scheduler: false }))
  await createInBulk(member, { nodes: NODES, pods: PODS })
  const hub = stack.use(await startHub({ dir }))
  const answer = await hub.fetch('/api/v1/clusters', {
    method: 'POST',
    body: { name: 'size', kubeconfig: member.kubeconfig },
  })
  expect(answer.status).toBe(201)

  const read = async <T>(path: string) => (await (await hub.fetch(path)).json()) as T
  await eventually(
    async () => {
      const sync = await read<{ complete: boolean; kinds: { kind: string; count: number }[] }>(
        '/api/v1/clusters/size/sync',
      )
      expect(sync.complete).toBe(true)
      const counts = Object.fromEntries(sync.kinds.map(kind => [kind.kind, kind.count]))
      expect(counts).toMatchObject({ Node: NODES, Pod: PODS })
    },
    { within: 90_000 },
  )
  await eventually(
    async () =>
      expect(await read('/api/v1/clusters/size')).toMatchObject({ phase: 'Warning', nodeCount: NODES, podCount: PODS }),
    { within: 20_000 },
  )

  for (const path of ['/api/v1/clusters', '/api/v1/clusters/size/nodes', '/api/v1/clusters/size/objects?kind=Pod']) {
    const times: number[] = []
    for (let sent = 0; sent < 20; sent += 1) {
      const start = performance.now()
      expect((await (await hub.fetch(path)).text()).length).toBeGreaterThan(100)
      times.push(performance.now() - start)
    }
    expect(Math.min(...times), path).toBeLessThanOrEqual(PAGE)
  }
  const highWater = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${hub.pid}/status`, 'utf8'))
  const megabytes = (Number(highWater?.[1]) * 1024) / 1e6
  expect(megabytes).toBeGreaterThan(50)
  expect(megabytes).toBeLessThan(MEMORY)
})
