import type { ImportProgress, ImportStepName } from '@moorage/contract/agent.ts'
import type { ConditionType } from '@moorage/contract/cluster.ts'
import { findClusterRow } from '../clusters/find.ts'
import { MoorageError } from '../errors.ts'
import { findAgent } from '../store/agents.ts'
import { listImportSteps } from '../store/import-steps.ts'
import { newestJoinToken } from '../store/join-tokens.ts'
import type { ClusterRow } from '../store/tables.ts'
import type { AgentDeps } from './deps.ts'
import { importStepsOf, type Noted, type Seen } from './steps.ts'

/** The conditions that say that a step was reached. */
const byCondition: Partial<Record<ImportStepName, ConditionType>> = {
  'api-server': 'APIServerReachable',
  rights: 'ModeVerified',
  inventory: 'InventorySynced',
}

/** What the reconciler has seen since the agent registered. A step is not reached before the one that it stands on. */
function seenByReconciler(row: ClusterRow, registered: Noted | undefined): [ImportStepName, Noted][] {
  if (registered?.status !== 'ok') return []
  const found: [ImportStepName, Noted][] = []
  for (const [name, type] of Object.entries(byCondition) as [ImportStepName, ConditionType][]) {
    const condition = row.conditions.find(one => one.type === type)
    if (condition?.status !== 'True' || new Date(condition.lastSeen) < registered.at) break
    const since = new Date(condition.lastTransition)
    found.push([name, { status: 'ok', message: condition.message, at: since > registered.at ? since : registered.at }])
  }
  return found
}

/** How far the import of a cluster has come, and why it does not go on. */
export async function importProgress(
  deps: Pick<AgentDeps, 'store' | 'now' | 'face' | 'members'>,
  ref: string,
): Promise<ImportProgress> {
  const { store, now, face, members } = deps
  const row = await findClusterRow(deps, ref)
  const agent = await findAgent(store.db, row.id)
  if (agent === undefined) {
    throw new MoorageError('not_this_connection', `${row.name} was not imported by an agent.`, {
      fix: 'Look at the cluster itself: its conditions say how it is.',
      cluster: row.name,
    })
  }
  const token = await newestJoinToken(store.db, row.id)
  const rows = await listImportSteps(store.db, row.id)
  const noted = new Map<ImportStepName, Noted>(rows.map(step => [step.name as ImportStepName, step]))
  for (const [name, step] of seenByReconciler(row, noted.get('identity'))) {
    if (noted.get(name)?.status !== 'ok') noted.set(name, step)
  }
  const { namespace, proxy, image, imagePullSecret } = agent.options
  const seen: Seen = {
    hubUrl: face.url,
    ownCa: face.caPem !== null,
    proxied: proxy !== undefined,
    ownImage: image !== undefined,
    pullSecret: imagePullSecret ?? null,
    namespace,
    token:
      token === undefined ? 'none' : token.used_at !== null ? 'spent' : token.expires_at <= now() ? 'expired' : 'good',
    connected: await members.connected(row.id),
  }
  return {
    ...importStepsOf(noted, token?.created_at ?? row.created_at, now(), seen),
    token: seen.token,
    expiresAt: token?.expires_at.toISOString() ?? null,
  }
}
