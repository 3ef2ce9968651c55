import type { Scope } from '@moorage/contract/access.ts'
import type { ClusterFacts } from '@moorage/contract/access-request.ts'
import type { Change, Identity } from '@moorage/contract/hub.ts'
import type { Transaction } from 'kysely'
import { MoorageError, notAllowed } from '../errors.ts'
import { raiseAccessVersion } from '../store/access-version.ts'
import { listClusterTargets } from '../store/cluster-target.ts'
import { readPolicy } from '../store/policy.ts'
import type { Store } from '../store/store.ts'
import type { Database } from '../store/tables.ts'
import { decide } from './decide.ts'
import { type GrantContext, isEmpty, whyNotGrant, whyNotMove } from './grant.ts'
import type { Live } from './live.ts'
import { type CompiledBinding, isCurrent, type Policy } from './policy.ts'
import { compileStored, type PolicySource } from './policy-source.ts'

export interface RightsDeps {
  store: Pick<Store, 'db'>
  changes: { publish(change: Change): void }
  policy: Pick<PolicySource, 'reload'>
  live: Pick<Live, 'recheck'>
  now: () => Date
}

/** A change of rights under way: all others wait for it, so what it is judged by stays true until it is made. */
export interface RightsChange extends GrantContext {
  trx: Transaction<Database>
  clusters: readonly ClusterFacts[]
}

/** Changes rights: one change after the other, each judged by what the one before it left. It counts when this resolves. */
export async function changeRights<T>(
  deps: RightsDeps,
  who: Identity,
  change: (rights: RightsChange) => Promise<T>,
): Promise<T> {
  const { store, changes, now } = deps
  const result = await store.db.transaction().execute(async trx => {
    await raiseAccessVersion(trx)
    const policy = compileStored(await readPolicy(trx))
    const clusters = await listClusterTargets(trx)
    const clusterOf = (ref: string) =>
      clusters.find(({ id }) => id === ref) ?? clusters.find(({ name }) => name === ref)
    return change({ trx, who, policy, now: now(), clusters, clusterOf })
  })
  changes.publish({ type: 'access', cluster: '', name: '', kinds: [], at: now().toISOString() })
  await deps.policy.reload()
  await deps.live.recheck()
  return result
}

const tooMuch = (because: string) =>
  new MoorageError('too_much_power', because, {
    fix: 'Ask somebody who may do all of it there, such as an organisation’s admin.',
  })

/** Refuses a grant of what the asker does not have. */
export function requireGrant(rights: RightsChange, grant: Parameters<typeof whyNotGrant>[0]): void {
  const why = whyNotGrant(grant, rights)
  if (why !== null) throw tooMuch(why)
}

/** Refuses to bring a cluster within reach of rights that the asker could not give. */
export function requireMove(rights: RightsChange, before: ClusterFacts, after: ClusterFacts): void {
  const why = whyNotMove(before, after, rights)
  if (why !== null) throw tooMuch(why)
}

/** Refuses to take away what forbids something to the asker. */
export function requireNotForbidding(rights: RightsChange, bindings: readonly CompiledBinding[]): void {
  const mine = rights.policy.for(rights.who).filter(binding => isCurrent(binding, rights.now))
  const own = bindings.find(binding => mine.some(({ name }) => name === binding.name) && !isEmpty(binding.deny))
  if (own !== undefined)
    throw tooMuch(`Binding ${own.name} forbids ${rights.who.name} things, so they can not change it.`)
}

/** Refuses to change a binding that forbids things, to anybody, where the asker does not look after the bindings of all. */
export function requireMayAllowAgain(rights: RightsChange, bindings: readonly CompiledBinding[]): void {
  requireNotForbidding(rights, bindings)
  const forbidding = bindings.find(({ deny }) => !isEmpty(deny))
  if (forbidding === undefined || decideOnBindings(rights.who, 'update', { kind: 'organisation' }, rights).allowed)
    return
  throw tooMuch(
    `Binding ${forbidding.name} forbids things, so only who may change the bindings of the whole organisation can change it.`,
  )
}

/** Refuses where the asker has no such right over the bindings of a place. */
export function requireBindingRight(
  { who, policy, now, clusterOf }: Pick<RightsChange, 'who' | 'policy' | 'now' | 'clusterOf'>,
  verb: 'list' | 'create' | 'update' | 'delete',
  scope: Scope,
): void {
  const decision = decideOnBindings(who, verb, scope, { policy, now, clusterOf })
  if (!decision.allowed) throw notAllowed(decision.because)
}

/** Whether somebody may list, make, change or delete the bindings of a place. */
export function decideOnBindings(
  who: Identity,
  verb: 'list' | 'create' | 'update' | 'delete',
  scope: Scope,
  { policy, now, clusterOf }: { policy: Policy; now: Date; clusterOf: GrantContext['clusterOf'] },
) {
  return decide(who, { kind: 'hub', verb, resource: 'bindings', ...placeOf(scope, clusterOf) }, policy, now)
}

/** What of a scope counts for who may decide about it. */
export function placeOf(scope: Scope, clusterOf: GrantContext['clusterOf']) {
  if (scope.kind === 'organisation' || 'labels' in scope) return {}
  return 'project' in scope ? { project: scope.project } : { cluster: clusterOf(scope.cluster) }
}
