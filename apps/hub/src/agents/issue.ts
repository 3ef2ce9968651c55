import { randomUUID } from 'node:crypto'
import type { AgentOptions, ImportProvider } from '@moorage/contract/agent.ts'
import type { Mode } from '@moorage/contract/cluster.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import type { Kysely } from 'kysely'
import { putAgent } from '../store/agents.ts'
import { clearImportSteps } from '../store/import-steps.ts'
import { insertJoinToken } from '../store/join-tokens.ts'
import { expectInLedger } from '../store/ledger.ts'
import type { Database, JoinTokensTable } from '../store/tables.ts'
import type { AgentDeps } from './deps.ts'
import { hashJoinToken, makeJoinToken } from './join-token.ts'
import { agentManifest, objectsOf } from './manifest.ts'
import { manifestInput } from './offer.ts'
import { sealOptions } from './options.ts'

export interface Issue {
  clusterId: string
  mode: Mode
  provider: ImportProvider
  options: AgentOptions
  purpose: JoinTokensTable['purpose']
  ttlSeconds: number
}

/** Makes a join token for a cluster's agent, and notes in the same transaction all that its manifest will make. */
export async function issueToken(
  deps: Pick<AgentDeps, 'now' | 'random' | 'sealer' | 'face' | 'instance'>,
  trx: Kysely<Database>,
  issue: Issue,
  who: Identity,
): Promise<{ text: string; expiresAt: Date }> {
  const { clusterId, mode, provider, options, purpose, ttlSeconds } = issue
  const at = deps.now()
  const text = makeJoinToken(deps.random)
  const expiresAt = new Date(at.getTime() + ttlSeconds * 1000)
  await putAgent(trx, clusterId, {
    options: sealOptions(deps.sealer, clusterId, options),
    provider,
    wantedMode: mode,
  })
  await insertJoinToken(trx, {
    id: randomUUID(),
    cluster_id: clusterId,
    hash: hashJoinToken(text),
    purpose,
    mode,
    created_at: at,
    created_by: who.name,
    expires_at: expiresAt,
    used_at: null,
  })
  await clearImportSteps(trx, clusterId)
  // Of a cluster that has a kubeconfig, they are noted once its agent has joined.
  if (purpose !== 'reconnect') {
    const objects = objectsOf(agentManifest(manifestInput(deps, issue, text)))
    await expectInLedger(trx, clusterId, objects, deps.instance, at)
  }
  return { text, expiresAt }
}
