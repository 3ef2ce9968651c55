import type { HubRequest } from '@moorage/contract/access-request.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import type { Asker } from '../access/arrival.ts'
import { builtInRoles } from '../access/built-in-roles.ts'
import { type Decision, decide } from '../access/decide.ts'
import { whyNotGrant } from '../access/grant.ts'
import { type Sight, sightOf, type VisibleRows } from '../access/visible.ts'
import { clusterUnknown, MoorageError, notAllowed } from '../errors.ts'
import { type ClusterTarget, findClusterTarget, listClusterTargets } from '../store/cluster-target.ts'
import { type ApiContext, whoAsks } from './context.ts'
import type { ApiDeps } from './deps.ts'

type Asked = Omit<HubRequest, 'kind'>

/** What the rules of now say about a request to the hub. */
export const judge = (deps: Pick<ApiDeps, 'policy' | 'now'>, who: Asker, asked: Asked): Decision =>
  decide(who, { kind: 'hub', ...asked }, deps.policy.current(), deps.now())

/** Somebody with the local groups that they are in now beside those of their sign-in. */
export const withLocalGroups = ({ policy }: Pick<ApiDeps, 'policy'>, who: Identity): Identity => ({
  ...who,
  groups: [...policy.current().groupsOf(who)],
})

/** Refuses what the rules do not allow. For what only shows once the body was read. */
export function requireRight(context: ApiContext, asked: Asked): void {
  const decision = judge(context.deps, whoAsks(context), asked)
  if (!decision.allowed) throw notAllowed(decision.because)
}

/** Refuses what a role forbids to the asker, where they need no right to it: what is one's own. */
export function requireNotForbidden(context: ApiContext, asked: Asked): void {
  const { allowed, rule, because } = judge(context.deps, whoAsks(context), asked)
  if (!allowed && rule?.startsWith('deny.') === true) throw notAllowed(because)
}

const sightIn = (context: ApiContext, asked: Pick<Sight, 'verb' | 'resource'>) =>
  sightOf({ ...asked, who: whoAsks(context), policy: context.deps.policy.current(), now: context.deps.now() })

/** The clusters of which the asker may see anything, and what of each; null where that is everything of all of them. */
export async function visibleClusters(
  context: ApiContext,
  asked: Pick<Sight, 'verb' | 'resource'>,
): Promise<(ClusterTarget & { limits: VisibleRows })[] | null> {
  const who = whoAsks(context)
  if (who.kind === 'token' || who.kind === 'system') return null
  const sight = sightIn(context, asked)
  const all = await listClusterTargets(context.deps.store.db)
  return all.flatMap(cluster => {
    const limits = sight(cluster)
    return limits === null ? [] : [{ ...cluster, limits }]
  })
}

/** Refuses all but those who may do everything: for what would make, or unmake, somebody who may. */
export function requireEverything(context: ApiContext): void {
  const { deps } = context
  const who = whoAsks(context)
  const role = builtInRoles.find(({ name }) => name === 'super-admin')!
  const policy = deps.policy.current()
  const grant = { role, scope: { kind: 'organisation' as const }, expiresAt: null }
  if (whyNotGrant(grant, { who, policy, now: deps.now(), clusterOf: () => undefined }) === null) return
  throw new MoorageError('forbidden', `Only who may do everything can do this, and ${who.name} may not.`, {
    fix: 'Ask a super-admin, or use an admin token.',
  })
}

/** What the asker may see of a cluster; null of one of which they see nothing. */
export const visibleIn = (
  context: ApiContext,
  asked: Pick<Sight, 'verb' | 'resource'>,
  cluster: ClusterTarget,
): VisibleRows | null => sightIn(context, asked)(cluster)

/** The cluster with this name or id, to whoever may see it; to others there is none. */
export async function requireVisibleCluster(context: ApiContext, ref: string): Promise<ClusterTarget> {
  const cluster = await findClusterTarget(context.deps.store.db, ref)
  const asked = { verb: 'get', resource: 'clusters' } as const
  if (cluster === undefined || !judge(context.deps, whoAsks(context), { ...asked, cluster }).allowed) {
    throw clusterUnknown(ref)
  }
  return cluster
}

/** What the asker may see of one cluster. */
export async function visibleRows(
  context: ApiContext,
  asked: Pick<Sight, 'verb' | 'resource'>,
  ref: string,
): Promise<VisibleRows> {
  const cluster = await findClusterTarget(context.deps.store.db, ref)
  const limits = cluster === undefined ? null : sightIn(context, asked)(cluster)
  // Rights, or the cluster, went since the request was let in.
  return limits ?? { everywhere: false, namespaces: [], except: [] }
}
