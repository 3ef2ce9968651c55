import { join } from 'node:path'
import { startAgent } from '@moorage/testkit/agent-process.ts'
import type { ControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, moorage } from '@moorage/testkit/hub-process.ts'
import { expect } from 'vitest'

/** Asks the hub to make something; gives what it says of it. */
export async function created(hub: HubProcess, path: string, body: unknown) {
  const answer = await hub.fetch(path, { method: 'POST', body })
  const text = await answer.text()
  expect(answer.status, text).toBeLessThan(300)
  return JSON.parse(text)
}

/** Makes the cluster reachable as `real` by a connection, and writes the kubeconfig as people get it. */
export async function reach(
  { dir, member, hub }: { dir: string; member: ControlPlane; hub: HubProcess },
  connection: 'direct' | 'agent',
): Promise<AsyncDisposable & { config: string }> {
  const own = new AsyncDisposableStack()
  if (connection === 'direct') {
    await created(hub, '/api/v1/clusters', { name: 'real', kubeconfig: member.kubeconfig, mode: 'full' })
  } else {
    const { manifest } = await created(hub, '/api/v1/imports', { name: 'real', mode: 'full' })
    own.use(await startAgent({ dir: join(dir, 'agent'), plane: member, manifest }))
  }
  await eventually(
    async () => {
      const cluster = (await (await hub.fetch('/api/v1/clusters/real')).json()) as { phase: string; mode: string }
      expect(['Running', 'Warning']).toContain(cluster.phase)
      expect(cluster.mode).toBe('full')
    },
    { within: 90_000, every: 250 },
  )
  const config = join(dir, `${connection}.kubeconfig`)
  const written = await moorage(hub, ['kubeconfig', '--cluster', 'real', '--static', '--ttl', '1h', '--output', config])
  expect(written, written.stderr).toMatchObject({ code: 0 })
  own.defer(async () => {
    await created(hub, '/api/v1/clusters/real/disconnect', {})
  })
  return { config, [Symbol.asyncDispose]: () => own.disposeAsync() }
}
