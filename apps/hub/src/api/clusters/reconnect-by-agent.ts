import { reconnectByAgent as reconnect } from '../../agents/reconnect.ts'
import { os, whoAsks } from '../context.ts'

export const reconnectByAgent = os.clusters.reconnectByAgent.handler(({ context, input: { cluster, ...wanted } }) =>
  reconnect(context.deps, cluster, wanted, whoAsks(context)),
)
