import type { Identity } from '@moorage/contract/hub.ts'
import { sightOf } from '../../access/visible.ts'
import type { AuditSight } from '../../store/audit-search.ts'
import { listClusterTargets } from '../../store/cluster-target.ts'
import type { ApiDeps } from '../deps.ts'
import { judge } from '../rights.ts'

const asked = { verb: 'list', resource: 'audit' } as const

/**
 * Which lines somebody may see; undefined where that is all of them. What is
 * about no cluster, or about one that is gone, takes the right in the whole
 * organisation.
 */
export async function auditSight(
  deps: Pick<ApiDeps, 'store' | 'policy' | 'now'>,
  who: Identity,
): Promise<AuditSight | undefined> {
  if (who.kind === 'token' || who.kind === 'system') return undefined
  const others = judge(deps, who, asked).allowed
  const sight = sightOf({ ...asked, who, policy: deps.policy.current(), now: deps.now() })
  const clusters = (await listClusterTargets(deps.store.db)).map(cluster => ({
    id: cluster.id,
    limits: sight(cluster),
  }))
  const whole = clusters.filter(({ limits }) => limits?.everywhere === true && limits.except.length === 0)
  const partly = clusters.flatMap(({ id, limits }) =>
    limits === null || (limits.everywhere && limits.except.length === 0) ? [] : [{ id, limits }],
  )
  const hidden = clusters.filter(({ limits }) => limits === null)
  if (others && partly.length === 0 && hidden.length === 0) return undefined
  const ids = (some: readonly { id: string }[]) => some.map(({ id }) => id)
  return { whole: ids(whole), partly, others, hidden: ids(hidden) }
}
