import { join } from 'node:path'
import type { Imported } from '@moorage/contract/agent.ts'
import type { Problem } from '@moorage/contract/problem.ts'
import { startAgent } from '@moorage/testkit/agent-process.ts'
import type { HubProcess } from '@moorage/testkit/hub-process.ts'
import type { Member } from './members.ts'

/**
 * Brings each member into the fleet: by its kubeconfig as `moorage cluster
 * connect` does, or by an agent as `moorage cluster import` does. The members'
 * nodes are simulated, so their agents run here, as processes of their own.
 */
export async function joinFleet(hub: HubProcess, members: readonly Member[], dir: string): Promise<AsyncDisposable> {
  await using joining = new AsyncDisposableStack()
  for (const { name, labels, way, plane } of members) {
    if (way === 'kubeconfig') {
      await post(hub, name, '/api/v1/clusters', { name, labels, kubeconfig: plane.kubeconfig })
      continue
    }
    const mode = way === 'agent, full' ? 'full' : 'read-only'
    const { manifest } = await post<Imported>(hub, name, '/api/v1/imports', { name, labels, mode })
    joining.use(await startAgent({ dir: join(dir, `${name}-agent`), plane, manifest }))
  }
  return joining.move()
}

async function post<T>(hub: HubProcess, name: string, path: string, body: object): Promise<T> {
  const answer = await hub.fetch(path, { method: 'POST', body })
  if (answer.status === 201) return (await answer.json()) as T
  throw new Error(`${name} could not join: ${((await answer.json()) as Problem).detail}`)
}
