import type { Mode } from '@moorage/contract/cluster.ts'
import { disconnectCluster } from '../clusters/disconnect.ts'
import { MoorageError } from '../errors.ts'
import { noteAgent } from '../store/agents.ts'
import { findCluster } from '../store/clusters.ts'
import type { AgentDeps } from './deps.ts'

/** What an agent says of itself when its link opens. */
export interface AgentHello {
  version: string
  mode: Mode
  proxied: boolean
}

/**
 * An agent is there. What it says is kept, and a disconnect that waited for it
 * is carried out: the removal begins now, and the promise is kept when it ended.
 */
export async function heardHello(deps: AgentDeps, clusterId: string, hello: AgentHello): Promise<void> {
  const { store, changes, now, warn } = deps
  const { version, mode, proxied } = hello
  if (await noteAgent(store.db, clusterId, { version, mode, proxied })) {
    changes.publish({ type: 'cluster', cluster: clusterId, name: '', kinds: [], at: now().toISOString() })
  }
  const row = await findCluster(store.db, clusterId)
  if (row?.id !== clusterId || row.leaving_since === null) return
  const who = { kind: 'system' as const, id: 'disconnect', name: row.leaving_by ?? 'moorage', groups: [] }
  try {
    await disconnectCluster(deps, clusterId, { force: false }, who)
  } catch (error) {
    // Somebody else has just finished it, or it goes on at the next hello.
    if (!(error instanceof MoorageError) || error.code !== 'cluster_not_found') {
      warn('A disconnect that waited for its agent could not be finished.', error)
    }
  }
}
