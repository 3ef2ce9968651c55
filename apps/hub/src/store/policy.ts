import type { Role } from '@moorage/contract/access.ts'
import type { Kysely } from 'kysely'
import { accessVersion } from './access-version.ts'
import { type BindingRow, listBindings } from './bindings.ts'
import { listMemberships } from './groups.ts'
import { type LimitsRow, listLimits } from './limits.ts'
import { listRoles } from './roles.ts'
import type { Database } from './tables.ts'

/** Everything that decisions are made of, as it was at one moment. */
export interface StoredPolicy {
  version: number
  roles: Role[]
  bindings: BindingRow[]
  memberships: { group_name: string; user_name: string }[]
  limits: LimitsRow[]
}

export function readPolicy(db: Kysely<Database>): Promise<StoredPolicy> {
  if (db.isTransaction) return readAll(db)
  return db.transaction().setIsolationLevel('repeatable read').execute(readAll)
}

const readAll = async (db: Kysely<Database>): Promise<StoredPolicy> => ({
  version: await accessVersion(db),
  roles: await listRoles(db),
  bindings: await listBindings(db),
  memberships: await listMemberships(db),
  limits: await listLimits(db),
})
