import type { Imported } from '@moorage/contract/agent.ts'
import type { Cluster } from '@moorage/contract/cluster.ts'
import type { HubProcess } from '@moorage/testkit/hub-process.ts'
import type { Join } from './herd-words.ts'

/** Imports under way at a time. */
const AT_ONCE = 12
const PAGE = 200

async function json<T>(hub: HubProcess, path: string, init?: Parameters<HubProcess['fetch']>[1]): Promise<T> {
  const answer = await hub.fetch(path, init)
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as T
}

/** Imports that many clusters; each is registered with the join token out of its manifest. */
export async function importAll(hub: HubProcess, count: number, join: (join: Join) => Promise<object>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < count) {
      const name = `herd-${next++}`
      const { manifest } = await json<Imported>(hub, '/api/v1/imports', { method: 'POST', body: { name } })
      const [, sealed = ''] = /join-token: "?([\w+/=-]+)/.exec(manifest) ?? []
      const token = sealed.startsWith('join_') ? sealed : Buffer.from(sealed, 'base64').toString()
      const body = await join({ name, token })
      const headers = { authorization: `Bearer ${token}` }
      await json(hub, '/agent/v1/register', { method: 'POST', body, headers })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}

export async function clustersOf(hub: HubProcess): Promise<Cluster[]> {
  const all: Cluster[] = []
  let from = ''
  for (;;) {
    const { items, next } = await json<{ items: Cluster[]; next: string | null }>(
      hub,
      `/api/v1/clusters?limit=${PAGE}${from}`,
    )
    all.push(...items)
    if (next === null) return all
    from = `&continue=${encodeURIComponent(next)}`
  }
}
