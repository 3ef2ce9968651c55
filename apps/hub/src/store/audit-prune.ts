import type { Kysely, Transaction } from 'kysely'
import { lockAudit } from './audit.ts'
import { type HeadRow, keepHead } from './audit-heads.ts'
import { dropPartitions, holdPartitions, readPartitions } from './audit-partitions.ts'
import { sqlState } from './database-error.ts'
import type { Database } from './tables.ts'

/** Lines that are deleted as such in one transaction. */
const PRUNED_AT_ONCE = 10_000
/** SQLSTATEs of a lock that others held for too long. */
const HELD_BY_OTHERS = ['55P03', '40P01']

/** Signs where the chain begins once a line and all before it are gone. */
type Sign = (kind: 'prune', line: { seq: number; hash: string }) => HeadRow

/**
 * Deletes the oldest lines before `before`, up to a number of them, and puts a
 * signed record of where the chain begins now in their place. Partitions that
 * are older as a whole are dropped, with all their lines at once. The newest
 * line always stays, as the next one goes on from it. Gives the number deleted.
 */
export async function pruneAudit(db: Kysely<Database>, before: Date, sign: Sign): Promise<number> {
  const dropped = await dropOld(db, before, sign).catch(error => {
    // Somebody reads the log for long, such as a backup: the lines themselves can be deleted all the same.
    if (HELD_BY_OTHERS.includes(sqlState(error) ?? '')) return 0
    throw error
  })
  return dropped > 0 ? dropped : db.transaction().execute(trx => deleteOld(trx, before, sign))
}

/** The newest line that may go: the one before the first that was written from `before` on. */
async function newestOld(trx: Transaction<Database>, newest: { seq: number }, before: Date): Promise<number> {
  const kept = await trx
    .selectFrom('audit')
    .select('seq')
    .where('at', '>=', before)
    .orderBy('at')
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  return Math.min((kept?.seq ?? newest.seq) - 1, newest.seq - 1)
}

/** What the chain goes on from once `last` and all before it are gone; older heads are of lines that are not there. */
async function keepBeginning(trx: Transaction<Database>, last: { seq: number; hash: string }, sign: Sign) {
  await keepHead(trx, sign('prune', last))
  await trx.deleteFrom('audit_heads').where('kind', '=', 'prune').where('seq', '<', last.seq).execute()
  await trx.deleteFrom('audit_heads').where('kind', '=', 'head').where('seq', '<=', last.seq).execute()
}

async function deleteUpTo(trx: Transaction<Database>, seq: number): Promise<number> {
  const { numDeletedRows } = await trx.deleteFrom('audit').where('seq', '<=', seq).executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

async function deleteOld(trx: Transaction<Database>, before: Date, sign: Sign): Promise<number> {
  const newest = await lockAudit(trx)
  if (newest === undefined) return 0
  const oldest = await trx.selectFrom('audit').select('seq').orderBy('seq').limit(1).executeTakeFirst()
  const from = oldest?.seq ?? newest.seq
  const upTo = Math.min(await newestOld(trx, newest, before), from + PRUNED_AT_ONCE - 1)
  const last = await trx
    .selectFrom('audit')
    .select(['seq', 'hash'])
    .where('seq', '<=', upTo)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last === undefined) return 0
  await keepBeginning(trx, last, sign)
  return deleteUpTo(trx, last.seq)
}

/** Drops the partitions that are older as a whole, where no line of them is newer in the chain than what stays. */
async function dropOld(db: Kysely<Database>, before: Date, sign: Sign): Promise<number> {
  const old = (partitions: Awaited<ReturnType<typeof readPartitions>>) =>
    partitions.filter(({ to }) => to !== null && to <= before)
  const to = old(await readPartitions(db)).at(-1)?.to
  if (to == null) return 0
  // Nobody is held up while they are counted: nothing new is that old.
  const { count } = await db
    .selectFrom('audit')
    .select(select => select.fn.countAll<number>().as('count'))
    .where('at', '<', to)
    .executeTakeFirstOrThrow()
  if (Number(count) === 0) return 0
  return db.transaction().execute(async trx => {
    const newest = await holdPartitions(trx)
    const oldest = old(await readPartitions(trx)).filter(partition => (partition.to as Date) <= to)
    const last = await trx
      .selectFrom('audit')
      .select(['seq', 'hash'])
      .where('at', '<', to)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (last === undefined || newest === undefined || last.seq > (await newestOld(trx, newest, before))) return 0
    // Lines of one moment are not numbered by their time: some that come before the last one are beyond the border.
    const { beyond } = await trx
      .selectFrom(stray =>
        stray
          .selectFrom('audit')
          .select('seq')
          .where('at', '>=', to)
          .where('seq', '<', last.seq)
          .limit(PRUNED_AT_ONCE + 1)
          .as('stray'),
      )
      .select(select => select.fn.countAll<number>().as('beyond'))
      .executeTakeFirstOrThrow()
    if (Number(beyond) > PRUNED_AT_ONCE) return 0
    await keepBeginning(trx, last, sign)
    await dropPartitions(trx, oldest)
    return Number(count) + (await deleteUpTo(trx, last.seq))
  })
}
