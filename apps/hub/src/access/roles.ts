import type { Role, WriteRole } from '@moorage/contract/access.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import { deleteRole, listRoles, putRole } from '../store/roles.ts'
import type { Store } from '../store/store.ts'
import { builtInRoles } from './built-in-roles.ts'
import { changeRights, type RightsDeps, requireGrant, requireNotForbidding } from './change-rights.ts'
import { idleWords } from './idle-words.ts'

function refuseBuiltIn(name: string): void {
  if (!builtInRoles.some(role => role.name === name)) return
  throw new MoorageError('built_in', `The role ${name} is built in.`, { fix: 'Write another role under another name.' })
}

/** The built-in roles first, then the custom ones, by name. */
export const allRoles = async ({ store }: { store: Pick<Store, 'db'> }): Promise<Role[]> => [
  ...builtInRoles,
  ...(await listRoles(store.db)),
]

/** What looks like a rule and is none is mostly a slip, and where it was to forbid, a harmful one. */
function requireMeaning(input: WriteRole): void {
  const fields = idleWords(input)
  const [first] = fields
  if (first === undefined) return
  throw new MoorageError('bad_request', `Role ${input.name} has a rule for nothing, ${first.path}: ${first.message}.`, {
    fields,
  })
}

/** Makes a role, or changes the one of this name for all who are bound to it. */
export function writeRole(deps: RightsDeps, input: WriteRole, who: Identity): Promise<Role> {
  refuseBuiltIn(input.name)
  requireMeaning(input)
  return changeRights(deps, who, async rights => {
    const role: Role = { ...input, builtIn: false }
    const bound = rights.policy.bindings.filter(binding => binding.role === input.name)
    requireNotForbidding(rights, bound)
    for (const { writtenScope: scope, expiresAt } of bound) {
      requireGrant(rights, { role, scope, expiresAt: expiresAt === null ? null : new Date(expiresAt) })
    }
    await putRole(rights.trx, input, who.name, rights.now)
    return role
  })
}

/** Forgets a role that nobody is bound to. */
export function removeRole(deps: RightsDeps, name: string, who: Identity): Promise<void> {
  refuseBuiltIn(name)
  return changeRights(deps, who, async ({ trx, policy }) => {
    const users = policy.bindings.filter(({ role }) => role === name)
    if (users.length > 0) {
      const some = users.slice(0, 5).map(binding => binding.name)
      throw new MoorageError('in_use', `${users.length} bindings use the role ${name}: ${some.join(', ')}.`, {
        fix: 'Delete them first, or give them another role.',
      })
    }
    if (!(await deleteRole(trx, name))) {
      throw new MoorageError('not_found', `There is no role ${name}.`, { fix: 'List the roles to see their names.' })
    }
  })
}
