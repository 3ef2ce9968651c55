import { connectCluster } from '../../clusters/connect.ts'
import { os, whoAsks } from '../context.ts'

export const connect = os.clusters.connect.handler(async ({ context, input, signal }) => {
  context.note.target = `clusters/${input.name}`
  const connected = await connectCluster(context.deps, input, whoAsks(context), signal, context.step)
  context.note.clusterId = connected.cluster?.id ?? null
  return connected
})
