import { listClusters } from '../../clusters/list.ts'
import { os } from '../context.ts'

export const list = os.clusters.list.handler(({ context, input }) => listClusters(context.deps, input))
