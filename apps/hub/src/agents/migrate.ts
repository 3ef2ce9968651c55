import type { AgentManifest, ImportProvider, MigrateCluster } from '@moorage/contract/agent.ts'
import { findClusterRow } from '../clusters/find.ts'
import { requireCapability } from '../clusters/require-capability.ts'
import { MoorageError } from '../errors.ts'
import { findAgent, putAgent } from '../store/agents.ts'
import { requireCertificates } from './ca-bundle.ts'
import type { AgentDeps } from './deps.ts'
import { offerManifest } from './offer.ts'
import { changedOptions, openOptions, requireNamespace, requireProxyAllowed, sealOptions } from './options.ts'

/**
 * The manifest of a mode, for the cluster's owner to apply: the agent keeps its
 * key. The cluster's mode changes when the rights are seen, not here.
 */
export async function migrateCluster(
  deps: AgentDeps,
  ref: string,
  { mode, agent }: MigrateCluster,
): Promise<AgentManifest> {
  const { store, sealer, changes, now } = deps
  const row = await findClusterRow(deps, ref)
  requireCapability(row, 'change-mode')
  const known = row.connection === 'agent' ? await findAgent(store.db, row.id) : undefined
  if (known === undefined) {
    throw new MoorageError(
      'not_this_connection',
      `${row.name} is not connected by an agent, so there is no manifest.`,
      {
        fix:
          row.connection === 'direct'
            ? `Change its mode by an update, or move it to an agent: moorage cluster reconnect ${row.name} --agent.`
            : 'Look at how the cluster is connected.',
        cluster: row.name,
      },
    )
  }
  if (known.key_id === null) {
    throw new MoorageError('not_this_connection', `The agent of ${row.name} has not joined yet.`, {
      fix: `Import it again with the other mode: moorage cluster import ${row.name} --mode ${mode}.`,
      cluster: row.name,
    })
  }
  const before = openOptions(sealer, row.id, known.options)
  const options = changedOptions(before, agent ?? {})
  if (options.namespace !== before.namespace) {
    throw new MoorageError('bad_request', `The agent runs in the namespace ${before.namespace} and can not be moved.`, {
      fix: 'Disconnect the cluster and import it again with the other namespace.',
      fields: [{ path: 'agent.namespace', message: `is ${before.namespace}` }],
      cluster: row.name,
    })
  }
  requireProxyAllowed(mode, options)
  requireNamespace(options)
  requireCertificates(options)
  const provider = known.provider as ImportProvider
  await putAgent(store.db, row.id, { options: sealOptions(sealer, row.id, options), provider, wantedMode: mode })
  changes.publish({ type: 'cluster', cluster: row.id, name: row.name, kinds: [], at: now().toISOString() })
  return offerManifest(deps, { mode, provider, options, token: null })
}
