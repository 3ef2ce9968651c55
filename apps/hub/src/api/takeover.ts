import type { Subject } from '@moorage/contract/access.ts'
import { requireTakeover } from '../access/takeover.ts'
import { listClusterTargets } from '../store/cluster-target.ts'
import { type ApiContext, whoAsks } from './context.ts'

/** A check that the asker may do all that somebody else may, before they are given a way to act as them. */
export async function takeoverGuard(context: ApiContext): Promise<(subject: Pick<Subject, 'kind' | 'name'>) => void> {
  const { store, policy, now } = context.deps
  const clusters = await listClusterTargets(store.db)
  const clusterOf = (ref: string) => clusters.find(({ id }) => id === ref) ?? clusters.find(({ name }) => name === ref)
  const grant = { who: whoAsks(context), policy: policy.current(), now: now(), clusterOf }
  return subject => requireTakeover(subject, grant)
}
