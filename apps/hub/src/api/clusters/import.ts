import { importCluster } from '../../agents/import.ts'
import { os, whoAsks } from '../context.ts'

export const importOne = os.clusters.import.handler(async ({ context, input }) => {
  context.note.target = `clusters/${input.name}`
  const imported = await importCluster(context.deps, input, whoAsks(context))
  context.note.clusterId = imported.cluster.id
  return imported
})
