import { askedRequest, whoCan as found } from '../../access/explain.ts'
import { listUsers } from '../../store/users.ts'
import { os } from '../context.ts'
import { requireRight, requireVisibleCluster } from '../rights.ts'

export const whoCan = os.access.whoCan.handler(async ({ context, input }) => {
  const { deps } = context
  const cluster = await requireVisibleCluster(context, input.cluster)
  requireRight(context, { verb: 'list', resource: 'bindings', cluster })
  const { items, because } = found(askedRequest(input, cluster), deps.policy.current(), deps.now())
  const users = await listUsers(deps.store.db)
  const out = new Set(users.filter(({ disabled_at }) => disabled_at !== null).map(({ name }) => name))
  return { items: items.filter(({ subject: { kind, name } }) => kind !== 'user' || !out.has(name)), because }
})
