import { keepsBodies, setKeepsBodies } from '../../store/audit-bodies.ts'
import { os } from '../context.ts'
import { requireVisibleCluster } from '../rights.ts'

export const policy = os.auditBodies.policy.handler(async ({ context, input: { cluster } }) => {
  const { id } = await requireVisibleCluster(context, cluster)
  return { policy: (await keepsBodies(context.deps.store.db, id)) ? ('changes' as const) : ('off' as const) }
})

export const setPolicy = os.auditBodies.setPolicy.handler(async ({ context, input: { cluster, policy: wanted } }) => {
  const { id } = await requireVisibleCluster(context, cluster)
  await setKeepsBodies(context.deps.store.db, id, wanted === 'changes')
  return { policy: wanted }
})
