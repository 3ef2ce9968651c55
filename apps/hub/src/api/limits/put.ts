import { setLimits } from '../../access/set-limits.ts'
import { os, whoAsks } from '../context.ts'
import { requireVisibleCluster } from '../rights.ts'

export const put = os.limits.put.handler(async ({ context, input: { kind, name, ...limits } }) => {
  const who = whoAsks(context)
  if (kind !== 'cluster') return setLimits(context.deps, { kind, name }, limits, { who, clusterId: null })
  const cluster = await requireVisibleCluster(context, name)
  context.note.clusterId = cluster.id
  return setLimits(context.deps, { kind, name: cluster.name }, limits, { who, clusterId: cluster.id })
})
