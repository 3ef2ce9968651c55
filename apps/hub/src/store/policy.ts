import type { Role } from '@moorage/contract/access.ts'
import type { Kysely } from 'kysely'
import { accessVersion } from './access-version.ts'
import { type BindingRow, listBindings } from './bindings.ts'
import { listMemberships } from './groups.ts'
import { listRoles } from './roles.ts'
import type { Database } from './tables.ts'

/** Everything that decisions are made of, as it was at one moment. */
export interface StoredPolicy {
  version: number
  roles: Role[]
  bindings: BindingRow[]
  memberships: { group_name: string; user_name: string }[]
}

export function readPolicy(db: Kysely<Database>): Promise<StoredPolicy> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async trx => ({
      version: await accessVersion(trx),
      roles: await listRoles(trx),
      bindings: await listBindings(trx),
      memberships: await listMemberships(trx),
    }))
}
