import type { Role, Rules, WriteRole } from '@moorage/contract/access.ts'
import type { Kysely } from 'kysely'
import { deleteNamed, putNamed } from './named.ts'
import type { Database } from './tables.ts'

/** What the role says about recording is kept beside what it allows. */
type Row = { name: string; description: string; allow: Rules & Pick<Role, 'recording'>; deny: Rules }

const toRole = ({ name, description, allow, deny }: Row): Role => ({
  name,
  description,
  builtIn: false,
  ...allow,
  deny,
})

/** All custom roles, by name. */
export async function listRoles(db: Kysely<Database>): Promise<Role[]> {
  const rows = await db.selectFrom('roles').select(['name', 'description', 'allow', 'deny']).orderBy('name').execute()
  return rows.map(toRole)
}

/** Stores a role; one of this name is replaced. True where there was none. */
export async function putRole(
  db: Kysely<Database>,
  { name, description, deny, ...allow }: WriteRole,
  by: string,
  now: Date,
): Promise<boolean> {
  const rules = { allow: JSON.stringify(allow), deny: JSON.stringify(deny) }
  return putNamed(db, 'roles', { name, description, ...rules, updated_at: now }, { by, now })
}

/** False where there is no such role. */
export const deleteRole = (db: Kysely<Database>, name: string): Promise<boolean> => deleteNamed(db, 'roles', name)
