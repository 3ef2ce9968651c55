import type { MoorageClient } from '@moorage/client/client.ts'
import type { Cluster } from '@moorage/contract/cluster.ts'
import type { Change } from '@moorage/contract/hub.ts'
import type { QueryClient } from '@tanstack/react-query'
import { keys, touches } from '../api/keys.ts'
import { isNotFound } from '../api/problem.ts'
import { withCluster, withoutCluster } from '../fleet/patch.ts'
import { fleetAction } from './batch.ts'

interface ApplyDeps {
  hub: MoorageClient
  queries: QueryClient
  signal: AbortSignal
}

/** Brings what is kept of the hub's answers up to date after a batch of changes. */
export async function applyChanges(batch: readonly Change[], deps: ApplyDeps): Promise<void> {
  const others = deps.queries.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] !== keys.fleet[0] && batch.some(change => touches(change, queryKey)),
  })
  await Promise.all([others, followFleet(batch, deps)])
}

async function followFleet(batch: readonly Change[], { hub, queries, signal }: ApplyDeps): Promise<void> {
  const action = fleetAction(batch)
  if (action.do === 'nothing') return
  const patched = queries.getQueryData<Cluster[]>(keys.fleet)
  if (action.do === 'reload' || patched === undefined) return queries.invalidateQueries({ queryKey: keys.fleet })
  try {
    const read = await Promise.all(action.read.map(id => readCluster(hub, id, signal)))
    queries.setQueryData<Cluster[]>(keys.fleet, fleet => {
      if (fleet === undefined) return fleet
      const kept = action.drop.reduce(withoutCluster, fleet)
      return read.reduce<Cluster[]>(
        (all, { id, cluster }) => (cluster ? withCluster(all, cluster) : withoutCluster(all, id)),
        kept,
      )
    })
  } catch {
    // One of the reads failed: the whole list is read instead, which also shows why.
    if (!signal.aborted) await queries.invalidateQueries({ queryKey: keys.fleet })
  }
}

async function readCluster(hub: MoorageClient, id: string, signal: AbortSignal) {
  try {
    return { id, cluster: await hub.clusters.get({ cluster: id }, { signal }) }
  } catch (error) {
    if (isNotFound(error)) return { id, cluster: null }
    throw error
  }
}
