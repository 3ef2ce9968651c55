import type { Insertable, Kysely } from 'kysely'
import type { Database } from './tables.ts'

/** Tables of what people write down under a name. */
type Table = 'bindings' | 'groups' | 'projects' | 'roles'

/** What they have in common, which is all that is looked at here. */
interface Row {
  name: string
  created_at: Date
  created_by: string
}
const rowsOf = (db: Kysely<Database>) => db as unknown as Kysely<Record<Table, Row>>

/** Stores what is written under a name; what was there is replaced. True where there was nothing. */
export async function putNamed<T extends Table>(
  db: Kysely<Database>,
  table: T,
  { name, ...wanted }: Omit<Insertable<Database[T]>, keyof Row> & { name: string },
  { by, now }: { by: string; now: Date },
): Promise<boolean> {
  const rows = rowsOf(db)
  const updated = await rows
    .updateTable(table as Table)
    .set(wanted)
    .where('name', '=', name)
    .returning('name')
    .executeTakeFirst()
  if (updated) return false
  await rows
    .insertInto(table as Table)
    .values({ ...wanted, name, created_at: now, created_by: by })
    .execute()
  return true
}

/** False where there is nothing of this name. */
export async function deleteNamed(db: Kysely<Database>, table: Table, name: string): Promise<boolean> {
  const gone = await rowsOf(db).deleteFrom(table).where('name', '=', name).returning('name').executeTakeFirst()
  return gone !== undefined
}
