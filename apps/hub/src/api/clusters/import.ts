import { newCluster } from '../../access/policy.ts'
import { importCluster } from '../../agents/import.ts'
import { findClusterTarget } from '../../store/cluster-target.ts'
import { os, whoAsks } from '../context.ts'
import { requireRight } from '../rights.ts'

export const importOne = os.clusters.import.handler(async ({ context, input }) => {
  context.note.target = `clusters/${input.name}`
  const cluster = newCluster(input.name, input.labels, input.project)
  requireRight(context, { verb: 'connect', resource: 'clusters', cluster })
  // One that is known is adopted, which changes it.
  const known = await findClusterTarget(context.deps.store.db, input.name)
  if (known) requireRight(context, { verb: 'update', resource: 'clusters', cluster: known })
  const imported = await importCluster(context.deps, input, whoAsks(context))
  context.note.clusterId = imported.cluster.id
  return imported
})
