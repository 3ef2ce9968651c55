import { askedRequest, whoCan as found } from '../../access/explain.ts'
import { os } from '../context.ts'
import { requireRight, requireVisibleCluster } from '../rights.ts'

export const whoCan = os.access.whoCan.handler(async ({ context, input }) => {
  const { deps } = context
  const cluster = await requireVisibleCluster(context, input.cluster)
  requireRight(context, { verb: 'list', resource: 'bindings', cluster })
  return found(askedRequest(input, cluster), deps.policy.current(), deps.now())
})
