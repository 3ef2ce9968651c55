import { newCluster } from '../../access/policy.ts'
import { connectCluster } from '../../clusters/connect.ts'
import { os, whoAsks } from '../context.ts'
import { requireRight } from '../rights.ts'
import { requireMayTakeName } from './require-may-move.ts'

export const connect = os.clusters.connect.handler(async ({ context, input, signal }) => {
  context.note.target = `clusters/${input.name}`
  const cluster = newCluster(input.name, input.labels, input.project)
  requireRight(context, { verb: 'connect', resource: 'clusters', cluster })
  await requireMayTakeName(context, cluster)
  const connected = await connectCluster(context.deps, input, whoAsks(context), signal, context.step)
  context.note.clusterId = connected.cluster?.id ?? null
  return connected
})
