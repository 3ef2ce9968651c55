import type { Binding, WriteBinding } from '@moorage/contract/access.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import { type BindingRow, deleteBinding, listBindings, putBinding } from '../store/bindings.ts'
import { listClusterTargets } from '../store/cluster-target.ts'
import { listProjects } from '../store/projects.ts'
import {
  changeRights,
  decideOnBindings,
  type RightsChange,
  type RightsDeps,
  requireBindingRight,
  requireGrant,
  requireMayAllowAgain,
} from './change-rights.ts'
import type { PolicySource } from './policy-source.ts'

const toBinding = (row: BindingRow): Binding => ({
  name: row.name,
  role: row.role,
  subjects: row.subjects,
  scope: row.scope,
  expiresAt: row.expires_at?.toISOString() ?? null,
  reason: row.reason,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
})

const unknown = (what: string, name: string, fix: string) =>
  new MoorageError('not_found', `There is no ${what} ${name}.`, { fix })

const find = async (rights: Pick<RightsChange, 'trx'>, name: string) =>
  (await listBindings(rights.trx)).find(row => row.name === name)

/** A place that does not exist is mostly a slip. */
export async function requirePlace(
  { trx, clusterOf }: RightsChange,
  { scope }: Pick<WriteBinding, 'scope'>,
): Promise<void> {
  if ('cluster' in scope && clusterOf(scope.cluster) === undefined) {
    throw unknown('cluster', scope.cluster, 'List the clusters to see their names.')
  }
  if ('project' in scope && !(await listProjects(trx)).some(({ name }) => name === scope.project)) {
    throw unknown('project', scope.project, 'Make it first, or list the projects to see their names.')
  }
}

/** Makes a binding, or changes the one of this name. */
export function writeBinding(deps: RightsDeps, input: WriteBinding, who: Identity): Promise<Binding> {
  return changeRights(deps, who, async rights => {
    const { trx, policy, now } = rights
    const known = await find(rights, input.name)
    if (known) {
      requireBindingRight(rights, 'update', known.scope)
      requireMayAllowAgain(
        rights,
        policy.bindings.filter(({ name }) => name === known.name),
      )
    }
    requireBindingRight(rights, known ? 'update' : 'create', input.scope)
    const role = policy.roles.get(input.role)
    if (role === undefined) throw unknown('role', input.role, 'List the roles to see their names.')
    await requirePlace(rights, input)
    const expiresAt = input.expiresAt === undefined ? null : new Date(input.expiresAt)
    if (expiresAt !== null && expiresAt <= now && known === undefined) {
      throw new MoorageError('bad_request', 'The binding would have ended already.', {
        fields: [{ path: 'expiresAt', message: 'is in the past' }],
      })
    }
    requireGrant(rights, { role, scope: input.scope, expiresAt })
    await putBinding(trx, input, who.name, now)
    return toBinding((await find(rights, input.name))!)
  })
}

/** Takes away what a binding gives. */
export function removeBinding(deps: RightsDeps, name: string, who: Identity): Promise<void> {
  return changeRights(deps, who, async rights => {
    const known = await find(rights, name)
    if (!known) throw unknown('binding', name, 'List the bindings to see their names.')
    requireBindingRight(rights, 'delete', known.scope)
    requireMayAllowAgain(
      rights,
      rights.policy.bindings.filter(binding => binding.name === name),
    )
    await deleteBinding(rights.trx, name)
  })
}

/** The bindings of the places whose bindings the asker may list. */
export async function visibleBindings(
  { store, policy, now }: Pick<RightsDeps, 'store' | 'now'> & { policy: Pick<PolicySource, 'current'> },
  who: Identity,
  filter: { role?: string | undefined; subject?: string | undefined; project?: string | undefined },
): Promise<Binding[]> {
  const [rows, clusters] = await Promise.all([listBindings(store.db), listClusterTargets(store.db)])
  const clusterOf = (ref: string) => clusters.find(({ id, name }) => id === ref || name === ref)
  const context = { policy: policy.current(), now: now(), clusterOf }
  return rows
    .filter(({ role }) => filter.role === undefined || role === filter.role)
    .filter(({ subjects }) => filter.subject === undefined || subjects.some(({ name }) => name === filter.subject))
    .filter(({ scope }) => filter.project === undefined || ('project' in scope && scope.project === filter.project))
    .filter(({ scope }) => decideOnBindings(who, 'list', scope, context).allowed)
    .map(toBinding)
}
