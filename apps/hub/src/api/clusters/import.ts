import { newCluster } from '../../access/policy.ts'
import { importCluster } from '../../agents/import.ts'
import { findClusterTarget } from '../../store/cluster-target.ts'
import { os, whoAsks } from '../context.ts'
import { requireRight } from '../rights.ts'
import { requireMayMove, requireMayTakeName } from './require-may-move.ts'

export const importOne = os.clusters.import.handler(async ({ context, input }) => {
  const { name, labels, project } = input
  context.note.target = `clusters/${name}`
  const found = await findClusterTarget(context.deps.store.db, name)
  const known = found?.name === name ? found : undefined
  const cluster = known ?? newCluster(name, labels ?? {}, project ?? 'default')
  requireRight(context, { verb: 'connect', resource: 'clusters', cluster })
  if (known) {
    // One that is known is adopted, which changes it.
    requireRight(context, { verb: 'update', resource: 'clusters', cluster: known })
    await requireMayMove(context, known.id, { project, labels })
  } else await requireMayTakeName(context, cluster)
  const imported = await importCluster(context.deps, input, whoAsks(context))
  context.note.clusterId = imported.cluster.id
  return imported
})
