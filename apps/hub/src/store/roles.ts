import type { Role, Rules, WriteRole } from '@moorage/contract/access.ts'
import type { Kysely } from 'kysely'
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
  const wanted = { description, allow: JSON.stringify(allow), deny: JSON.stringify(deny), updated_at: now }
  const updated = await db
    .updateTable('roles')
    .set(wanted)
    .where('name', '=', name)
    .returning('name')
    .executeTakeFirst()
  if (updated) return false
  await db
    .insertInto('roles')
    .values({ name, ...wanted, created_at: now, created_by: by })
    .execute()
  return true
}

/** False where there is no such role. */
export async function deleteRole(db: Kysely<Database>, name: string): Promise<boolean> {
  return (await db.deleteFrom('roles').where('name', '=', name).returning('name').executeTakeFirst()) !== undefined
}
