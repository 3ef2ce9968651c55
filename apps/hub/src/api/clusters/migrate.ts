import { migrateCluster } from '../../agents/migrate.ts'
import { sweepCluster } from '../../kubeproxy/sweep-grants.ts'
import { os } from '../context.ts'

export const migrate = os.clusters.migrate.handler(async ({ context, input: { cluster, ...wanted } }) => {
  const { deps, note } = context
  const manifest = await migrateCluster(deps, cluster, wanted)
  if (wanted.mode === 'read-only' && note.clusterId !== null) {
    // Once the mode is lower, the agent may not take it out any more. Whoever still asks has it made again.
    await sweepCluster(deps, note.clusterId, true).catch(error =>
      deps.warn('What people’s requests needed in a cluster could not be taken out before its mode is lowered.', error),
    )
  }
  return manifest
})
