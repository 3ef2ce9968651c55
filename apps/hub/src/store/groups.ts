import type { WriteGroup } from '@moorage/contract/group.ts'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { GroupsTable } from './access-tables.ts'
import { deleteNamed, putNamed } from './named.ts'
import type { Database } from './tables.ts'

export type GroupRow = Selectable<GroupsTable> & { members: string[] }

/** All local groups with their members, by name. */
export function listGroups(db: Kysely<Database>): Promise<GroupRow[]> {
  return db
    .selectFrom('groups')
    .selectAll()
    .select(
      sql<string[]>`coalesce((select jsonb_agg(m.user_name order by m.user_name)
        from group_members m where m.group_name = groups.name), '[]')`.as('members'),
    )
    .orderBy('name')
    .execute()
}

/** Stores a group; one of this name is replaced. True where there was none. */
export async function putGroup(
  db: Kysely<Database>,
  { name, description, members }: WriteGroup,
  by: string,
  now: Date,
): Promise<boolean> {
  const made = await putNamed(db, 'groups', { name, description }, { by, now })
  await db.deleteFrom('group_members').where('group_name', '=', name).execute()
  const rows = [...new Set(members)].map(user_name => ({ group_name: name, user_name }))
  if (rows.length > 0) await db.insertInto('group_members').values(rows).execute()
  return made
}

/** False where there is no such group. */
export const deleteGroup = (db: Kysely<Database>, name: string): Promise<boolean> => deleteNamed(db, 'groups', name)

/** Which of these names are local groups. */
export async function localGroups(db: Kysely<Database>, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set()
  const rows = await db.selectFrom('groups').select('name').where('name', 'in', names).execute()
  return new Set(rows.map(({ name }) => name))
}

/** What issuers have said of a group of this name no longer counts for any credential. */
export async function forgetClaims(db: Kysely<Database>, group: string): Promise<void> {
  for (const table of ['tokens', 'sessions', 'device_codes', 'command_line_codes'] as const) {
    await sql`
      update ${sql.table(table)} set groups = groups - ${group}::text
      where groups @> ${JSON.stringify([group])}::jsonb`.execute(db)
  }
}

/** Every local group's members, as pairs. */
export function listMemberships(db: Kysely<Database>): Promise<{ group_name: string; user_name: string }[]> {
  return db.selectFrom('group_members').select(['group_name', 'user_name']).execute()
}
