import type { Imported, ImportProvider } from '@moorage/contract/agent.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { findClusterRow } from '../clusters/find.ts'
import { getCluster } from '../clusters/get.ts'
import { requireCapability } from '../clusters/require-capability.ts'
import { MoorageError } from '../errors.ts'
import { findAgent } from '../store/agents.ts'
import { lockCluster } from '../store/clusters.ts'
import type { AgentDeps } from './deps.ts'
import { issueToken } from './issue.ts'
import { offerManifest } from './offer.ts'
import { openOptions } from './options.ts'

/** Makes another join token for an import, whose mode and options stay what they were. The token before ends. */
export async function renewImport(deps: AgentDeps, ref: string, ttlSeconds: number, who: Identity): Promise<Imported> {
  const { store, sealer, members, changes, now } = deps
  const row = await findClusterRow(deps, ref)
  const { id, name } = row
  const refused = (why: string, fix: string) =>
    new MoorageError('not_this_connection', `${name} ${why}.`, { fix, cluster: name })
  if (row.connection !== 'agent') {
    throw refused('is not connected by an agent', `To move it to an agent: moorage cluster reconnect ${name} --agent.`)
  }
  requireCapability(row, 'reconnect')
  const adopts = row.uid !== null
  if (adopts && (await members.connected(id))) {
    throw refused('has an agent that is connected', `Its manifest: moorage cluster migrate ${name}.`)
  }
  const made = await store.db.transaction().execute(async trx => {
    const agent = (await lockCluster(trx, id)) ? await findAgent(trx, id) : undefined
    if (agent === undefined) throw new MoorageError('cluster_not_found', `${name} was disconnected meanwhile.`)
    const offer = {
      mode: agent.wanted_mode,
      provider: agent.provider as ImportProvider,
      options: openOptions(sealer, id, agent.options),
    }
    const purpose = adopts ? ('adopt' as const) : ('import' as const)
    return { ...offer, token: await issueToken(deps, trx, { clusterId: id, ...offer, purpose, ttlSeconds }, who) }
  })
  changes.publish({ type: 'cluster', cluster: id, name, kinds: [], at: now().toISOString() })
  return { ...offerManifest(deps, made), cluster: await getCluster(deps, id), adopts }
}
