import type { Group, WriteGroup } from '@moorage/contract/group.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import { deleteGroup, forgetClaims, type GroupRow, listGroups, putGroup } from '../store/groups.ts'
import type { Store } from '../store/store.ts'
import {
  changeRights,
  type RightsChange,
  type RightsDeps,
  requireGrant,
  requireNotForbidding,
} from './change-rights.ts'
import type { Policy } from './policy.ts'
import { requireNotOwn } from './set-limits.ts'

const toGroup = ({ name, description, members, created_at }: GroupRow): Group => ({
  name,
  description,
  members,
  createdAt: created_at.toISOString(),
})

/** Local groups, by name. */
export const allGroups = async ({ store }: { store: Pick<Store, 'db'> }): Promise<Group[]> =>
  (await listGroups(store.db)).map(toGroup)

const boundTo = (policy: Policy, group: string) =>
  policy.bindings.filter(({ subjects }) => subjects.some(({ kind, name }) => kind === 'group' && name === group))

/** Refuses to let somebody leave the limits of a group. */
function requireUnlimited({ who, policy }: RightsChange, name: string): void {
  const of = { kind: 'group' as const, name }
  if (policy.limitsOf({ kind: 'user', name: '', groups: [name] }).length > 0) requireNotOwn(of, who, policy)
}

/** Makes a group, or changes the one of this name. Whoever joins gets all that is bound to it. */
export function writeGroup(deps: RightsDeps, input: WriteGroup, who: Identity): Promise<Group> {
  return changeRights(deps, who, async rights => {
    const { trx, policy, now } = rights
    const before = (await listGroups(trx)).find(({ name }) => name === input.name)?.members ?? []
    const bound = boundTo(policy, input.name)
    if (input.members.some(member => !before.includes(member))) {
      for (const { role: name, writtenScope: scope, expiresAt } of bound) {
        const role = policy.roles.get(name)
        if (role) requireGrant(rights, { role, scope, expiresAt: expiresAt === null ? null : new Date(expiresAt) })
      }
    }
    if (before.includes(who.name) && !input.members.includes(who.name)) {
      requireNotForbidding(rights, bound)
      requireUnlimited(rights, input.name)
    }
    if (await putGroup(trx, input, who.name, now)) await forgetClaims(trx, input.name)
    return toGroup((await listGroups(trx)).find(({ name }) => name === input.name)!)
  })
}

/** Forgets a group. Bindings that name it stay, for an issuer may have a group of that name. */
export function removeGroup(deps: RightsDeps, name: string, who: Identity): Promise<void> {
  return changeRights(deps, who, async rights => {
    requireNotForbidding(rights, boundTo(rights.policy, name))
    requireUnlimited(rights, name)
    if (await deleteGroup(rights.trx, name)) return
    throw new MoorageError('not_found', `There is no group ${name}.`, { fix: 'List the groups to see their names.' })
  })
}
