import { type ImportCluster, type Imported, ImportProvider } from '@moorage/contract/agent.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { noFacts } from '../clusters/facts.ts'
import { getCluster } from '../clusters/get.ts'
import { makeClusterId } from '../clusters/id.ts'
import { MoorageError } from '../errors.ts'
import { findAgent } from '../store/agents.ts'
import { insertCluster, lockCluster, updateCluster } from '../store/clusters.ts'
import { uniqueViolation } from '../store/database-error.ts'
import { adoptableAs, nameTaken } from './adoptable.ts'
import { requireCertificates } from './ca-bundle.ts'
import type { AgentDeps } from './deps.ts'
import { issueToken } from './issue.ts'
import { offerManifest } from './offer.ts'
import { requireNamespace, requireProxyAllowed } from './options.ts'

const newRow = (deps: AgentDeps, input: ImportCluster, who: Identity) => ({
  id: makeClusterId(deps.random),
  name: input.name,
  uid: null,
  project: input.project ?? 'default',
  labels: JSON.stringify(input.labels ?? {}),
  origin: 'imported' as const,
  connection: 'agent' as const,
  // What is asked for stands with the agent; the cluster's own mode is what was seen, and nothing was yet.
  mode: 'read-only' as const,
  phase: 'Pending',
  conditions: '[]',
  facts: JSON.stringify(noFacts()),
  created_at: deps.now(),
  created_by: who.name,
  last_seen: null,
})

/**
 * Begins the import of an existing cluster: a record that waits for its agent,
 * and the manifest for the cluster's owner. With the name of a known cluster
 * whose agent is gone it is adopted: record, history and labels stay.
 */
export async function importCluster(deps: AgentDeps, input: ImportCluster, who: Identity): Promise<Imported> {
  const { store, changes, now } = deps
  const { name, mode, project, labels, agent: options, ttlSeconds } = input
  requireProxyAllowed(mode, options)
  requireNamespace(options)
  requireCertificates(options)
  const known = await adoptableAs(deps, name)
  const adopts = known !== undefined && known.uid !== null
  const row = known ?? newRow(deps, input, who)
  const said = input.provider ?? (known && (await findAgent(store.db, known.id))?.provider)
  const provider = ImportProvider.parse(said ?? 'generic')
  const token = await store.db
    .transaction()
    .execute(async trx => {
      if (known === undefined) await insertCluster(trx, row as ReturnType<typeof newRow>)
      else if (!(await lockCluster(trx, known.id))) {
        throw new MoorageError('cluster_not_found', `${name} was disconnected meanwhile.`)
      } else if (!adopts)
        await updateCluster(trx, known.id, {
          ...(project === undefined ? {} : { project }),
          ...(labels === undefined ? {} : { labels }),
        })
      const purpose = adopts ? ('adopt' as const) : ('import' as const)
      return issueToken(deps, trx, { clusterId: row.id, mode, provider, options, purpose, ttlSeconds }, who)
    })
    .catch(error => {
      throw uniqueViolation(error)?.includes('name') ? nameTaken(name, 'Choose another name.') : error
    })
  changes.publish({ type: 'cluster', cluster: row.id, name, kinds: [], at: now().toISOString() })
  return {
    ...offerManifest(deps, { mode, provider, options, token }),
    cluster: await getCluster(deps, row.id),
    adopts,
  }
}
