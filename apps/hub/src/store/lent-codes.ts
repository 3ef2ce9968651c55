import type { Insertable, Kysely, Selectable } from 'kysely'
import type { CommandLineCodesTable, DeviceCodesTable } from './access-tables.ts'
import type { Database } from './tables.ts'

export type DeviceRow = Selectable<DeviceCodesTable>

export async function insertCommandLineCode(
  db: Kysely<Database>,
  code: Insertable<CommandLineCodesTable>,
  now: Date,
): Promise<void> {
  await db.deleteFrom('command_line_codes').where('expires_at', '<=', now).execute()
  await db.insertInto('command_line_codes').values(code).execute()
}

/** Whose code this is; null where there is none. */
export const userOfCommandLineCode = async (db: Kysely<Database>, hash: string): Promise<string | null> => {
  const row = await db.selectFrom('command_line_codes').select('user_id').where('hash', '=', hash).executeTakeFirst()
  return row?.user_id ?? null
}

/** The code with this hash: it is there once, also for whoever has not the verifier. */
export const takeCommandLineCode = (
  db: Kysely<Database>,
  hash: string,
  now: Date,
): Promise<Selectable<CommandLineCodesTable> | undefined> =>
  db
    .deleteFrom('command_line_codes')
    .where('hash', '=', hash)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()

/** Notes a command line that waits; false where `most` of this address wait already. */
export async function insertDevice(
  db: Kysely<Database>,
  device: Insertable<DeviceCodesTable>,
  { now, most }: { now: Date; most: number },
): Promise<boolean> {
  await db.deleteFrom('device_codes').where('expires_at', '<=', now).execute()
  const { waiting } = await db
    .selectFrom('device_codes')
    .select(count => count.fn.countAll<number>().as('waiting'))
    .where('address', '=', device.address)
    .executeTakeFirstOrThrow()
  if (Number(waiting) >= most) return false
  await db.insertInto('device_codes').values(device).execute()
  return true
}

/** The command line that waits for a decision behind this user code. */
export const findWaiting = (db: Kysely<Database>, userCodeHash: string, now: Date): Promise<DeviceRow | undefined> =>
  db
    .selectFrom('device_codes')
    .selectAll()
    .where('user_code_hash', '=', userCodeHash)
    .where('expires_at', '>', now)
    .where('decided_at', 'is', null)
    .executeTakeFirst()

/** False where it does not wait any more. */
export async function decideDevice(
  db: Kysely<Database>,
  id: string,
  { allowed, userId, groups, now }: { allowed: boolean; userId: string; groups: readonly string[]; now: Date },
): Promise<boolean> {
  const decided = await db
    .updateTable('device_codes')
    .set({ allowed, user_id: userId, groups: JSON.stringify(groups), decided_at: now })
    .where('id', '=', id)
    .where('decided_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return decided !== undefined
}

/** A command line that waits, or that somebody has decided about. */
export const findDeviceByHash = (db: Kysely<Database>, hash: string, now: Date): Promise<DeviceRow | undefined> =>
  db
    .selectFrom('device_codes')
    .selectAll()
    .where('device_hash', '=', hash)
    .where('expires_at', '>', now)
    .executeTakeFirst()

/** Takes what was decided, which is there once: false where it is gone. */
export async function takeDevice(db: Kysely<Database>, id: string): Promise<boolean> {
  const taken = await db.deleteFrom('device_codes').where('id', '=', id).returning('id').executeTakeFirst()
  return taken !== undefined
}
