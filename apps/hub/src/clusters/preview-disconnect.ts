import type { DisconnectPreview } from '@moorage/contract/cluster.ts'
import { INSTANCE } from '@moorage/removal/labels.ts'
import { AGENT_NAME } from '@moorage/removal/own-objects.ts'
import { readAgentNamespace } from '../store/agent-namespace.ts'
import { findAgent } from '../store/agents.ts'
import { type LedgerEntry, owedObjects } from '../store/ledger.ts'
import type { ClusterDeps } from './deps.ts'
import { forgottenOf } from './disconnect.ts'
import { forgets, keeps } from './disconnect-plan.ts'
import { findClusterRow } from './find.ts'
import { whyNamespaceWillStay } from './namespace-stays.ts'

type PreviewDeps = Pick<ClusterDeps, 'store' | 'now' | 'members' | 'instance'>

/** Why the agent's own namespace stays, if it does. */
async function staysOf(
  { store, instance }: PreviewDeps,
  clusterId: string,
  owed: readonly LedgerEntry[],
): Promise<string | null> {
  const namespace = (await findAgent(store.db, clusterId))?.options.namespace
  const isOwed = owed.some(({ kind, name }) => kind === 'Namespace' && name === namespace)
  if (namespace === undefined || !isOwed) return null
  const label = { key: INSTANCE, value: instance }
  const seen = await readAgentNamespace(store.db, clusterId, { namespace, agent: AGENT_NAME, label })
  return whyNamespaceWillStay(namespace, seen)
}

/** What a disconnect would do. Says whether the member answered last; does not dial it. */
export async function previewDisconnect(deps: PreviewDeps, ref: string): Promise<DisconnectPreview> {
  const row = await findClusterRow(deps, ref)
  const byAgent = row.connection === 'agent'
  // Of an import that was given up, nobody is there who could remove anything.
  const owed = row.uid === null ? [] : await owedObjects(deps.store.db, row.id)
  const forgotten = await forgottenOf(deps, row)
  const answers = row.phase === 'Running' || row.phase === 'Warning'
  const stays = byAgent ? await staysOf(deps, row.id, owed) : null
  const goes = owed.filter(({ kind }) => stays === null || kind !== 'Namespace')
  return {
    cluster: row.name,
    reachable: byAgent ? await deps.members.connected(row.id) : answers,
    removes: goes.map(({ id: _, ...object }) => object),
    forgets: forgets(forgotten),
    keeps: [...keeps(forgotten), ...(stays === null ? [] : [stays])],
  }
}
