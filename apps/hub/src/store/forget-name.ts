import type { Kysely } from 'kysely'
import { setSubjectLimits } from './limits.ts'
import type { Database } from './tables.ts'

/** What a name was taken out of. */
export interface Forgotten {
  bindings: string[]
  groups: string[]
}

/**
 * Takes the name of somebody who is deleted out of all that counts by name, so that whoever is given it later inherits
 * nothing. A binding that is left with nobody goes too.
 */
export async function forgetName(
  db: Kysely<Database>,
  { kind, name }: { kind: 'user' | 'service-account'; name: string },
): Promise<Forgotten> {
  const subjects = await db
    .deleteFrom('binding_subjects')
    .where('kind', '=', kind)
    .where('name', '=', name)
    .returning('binding')
    .execute()
  const bindings = subjects.map(({ binding }) => binding).sort()
  if (bindings.length > 0) {
    await db
      .deleteFrom('bindings')
      .where('name', 'in', bindings)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('binding_subjects').select('binding').whereRef('binding', '=', 'bindings.name'))),
      )
      .execute()
  }
  await db.deleteFrom('access_requests').where('subject_kind', '=', kind).where('subject_name', '=', name).execute()
  await setSubjectLimits(db, { kind, name }, null)
  if (kind !== 'user') return { bindings, groups: [] }
  const members = await db.deleteFrom('group_members').where('user_name', '=', name).returning('group_name').execute()
  return { bindings, groups: members.map(({ group_name }) => group_name).sort() }
}
