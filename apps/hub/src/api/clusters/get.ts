import { getCluster } from '../../clusters/get.ts'
import { os } from '../context.ts'

export const get = os.clusters.get.handler(({ context, input }) => getCluster(context.deps, input.cluster))
