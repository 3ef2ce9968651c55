import type { AgentOptions, Imported } from '@moorage/contract/agent.ts'
import type { Mode } from '@moorage/contract/cluster.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { findClusterRow } from '../clusters/find.ts'
import { getCluster } from '../clusters/get.ts'
import { requireCapability } from '../clusters/require-capability.ts'
import { MoorageError } from '../errors.ts'
import { dropAgent } from '../store/agents.ts'
import { lockCluster } from '../store/clusters.ts'
import { requireCertificates } from './ca-bundle.ts'
import type { AgentDeps } from './deps.ts'
import { issueToken } from './issue.ts'
import { offerManifest } from './offer.ts'
import { requireNamespace, requireProxyAllowed } from './options.ts'

/**
 * Begins to move a cluster from its kubeconfig to an agent. Nothing changes
 * before an agent of the same cluster has joined (see `register.ts`).
 */
export async function reconnectByAgent(
  deps: AgentDeps,
  ref: string,
  wanted: { mode?: Mode | undefined; agent: AgentOptions; ttlSeconds: number },
  who: Identity,
): Promise<Imported> {
  const row = await findClusterRow(deps, ref)
  requireCapability(row, 'reconnect')
  if (row.connection !== 'direct') {
    throw new MoorageError('not_this_connection', `${row.name} is not connected by a kubeconfig.`, {
      fix: `If its agent is gone, import it again under its name: moorage cluster import ${row.name}.`,
      cluster: row.name,
    })
  }
  const mode = wanted.mode ?? row.mode
  const { agent: options, ttlSeconds } = wanted
  requireProxyAllowed(mode, options)
  requireNamespace(options)
  requireCertificates(options)
  const provider = 'generic' as const
  const token = await deps.store.db.transaction().execute(async trx => {
    if (!(await lockCluster(trx, row.id))) {
      throw new MoorageError('cluster_not_found', `${row.name} was disconnected meanwhile.`)
    }
    // Of an agent that the cluster had before nothing is left to say.
    await dropAgent(trx, row.id)
    return issueToken(deps, trx, { clusterId: row.id, mode, provider, options, purpose: 'reconnect', ttlSeconds }, who)
  })
  return {
    ...offerManifest(deps, { mode, provider, options, token }),
    cluster: await getCluster(deps, row.id),
    adopts: true,
  }
}
