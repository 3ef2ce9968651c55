import type { Subject, WriteBinding } from '@moorage/contract/access.ts'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { BindingsTable } from './access-tables.ts'
import { deleteNamed, putNamed } from './named.ts'
import type { Database } from './tables.ts'

/** A binding with its subjects. */
export type BindingRow = Selectable<BindingsTable> & { subjects: Subject[] }

/** All bindings, by name. Of a large organisation some thousands: they are read as a whole for the policy anyway. */
export function listBindings(db: Kysely<Database>): Promise<BindingRow[]> {
  return db
    .selectFrom('bindings')
    .selectAll()
    .select(
      sql<
        Subject[]
      >`coalesce((select jsonb_agg(jsonb_build_object('kind', s.kind, 'name', s.name) order by s.kind, s.name)
        from binding_subjects s where s.binding = bindings.name), '[]')`.as('subjects'),
    )
    .orderBy('name')
    .execute()
}

/** Stores a binding; one of this name is replaced. True where there was none. */
export async function putBinding(db: Kysely<Database>, binding: WriteBinding, by: string, now: Date): Promise<boolean> {
  const { name, role, scope, expiresAt, reason = null } = binding
  const wanted = { role, scope: JSON.stringify(scope), expires_at: expiresAt ?? null, reason, ended_at: null }
  const made = await putNamed(db, 'bindings', { name, ...wanted }, { by, now })
  if (!made) await db.deleteFrom('binding_subjects').where('binding', '=', name).execute()
  await db
    .insertInto('binding_subjects')
    .values(binding.subjects.map(subject => ({ binding: name, kind: subject.kind, name: subject.name })))
    .onConflict(conflict => conflict.doNothing())
    .execute()
  return made
}

/** False where there is no such binding. */
export const deleteBinding = (db: Kysely<Database>, name: string): Promise<boolean> => deleteNamed(db, 'bindings', name)

const NOTHING = JSON.stringify({ permissions: [], kubernetes: [], nonResource: [] })

/** Bindings that give something in a cluster because they name it, beside those that have ended. */
export async function listNaming(
  db: Kysely<Database>,
  { id, name }: { id: string; name: string },
  now: Date,
): Promise<string[]> {
  const rows = await db
    .selectFrom('bindings')
    .select('name')
    .where(sql<boolean>`scope->>'cluster' in (${id}, ${name})`)
    .where(where => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .where(sql<boolean>`not exists (
      select from roles where roles.name = bindings.role and roles.allow = ${NOTHING}::jsonb)`)
    .orderBy('name')
    .execute()
  return rows.map(row => row.name)
}

/** Ends bindings now. */
export async function endBindingsNow(db: Kysely<Database>, names: readonly string[], now: Date): Promise<void> {
  if (names.length > 0) await db.updateTable('bindings').set({ expires_at: now }).where('name', 'in', names).execute()
}

/** Bindings whose end has come and is not noted. */
export function listNewlyEnded(
  db: Kysely<Database>,
  now: Date,
): Promise<Pick<BindingRow, 'name' | 'role' | 'expires_at'>[]> {
  return db
    .selectFrom('bindings')
    .select(['name', 'role', 'expires_at'])
    .where('expires_at', '<=', now)
    .where('ended_at', 'is', null)
    .orderBy('expires_at')
    .execute()
}

/** Notes that a binding's end was seen. */
export async function noteEnded(db: Kysely<Database>, name: string, at: Date): Promise<void> {
  await db.updateTable('bindings').set({ ended_at: at }).where('name', '=', name).execute()
}

/** Forgets bindings that ended before `until`; they gave nothing since. Returns their names. */
export async function deleteEndedBindings(db: Kysely<Database>, until: Date): Promise<string[]> {
  const rows = await db.deleteFrom('bindings').where('expires_at', '<', until).returning('name').execute()
  return rows.map(({ name }) => name)
}
