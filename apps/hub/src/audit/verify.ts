import type { AuditVerdict } from '@moorage/contract/audit.ts'
import { type Kysely, sql } from 'kysely'
import { type AuditFault, beginning, type ChainPlace, type Walked, walkAudit } from '../store/audit-chain.ts'
import { GENESIS } from '../store/audit-hash.ts'
import { type HeadRow, newestHead } from '../store/audit-heads.ts'
import type { Store } from '../store/store.ts'
import type { Database } from '../store/tables.ts'
import type { HeadKey } from './head-key.ts'

export interface VerifyDeps {
  store: Pick<Store, 'db'>
  headKey: HeadKey
}

/** Lines that one request verifies: well below a second, for which PGlite does nothing else. */
const LINES_AT_ONCE = 10_000

const fault = (what: AuditFault['what'], seq: number, message: string, to = seq): AuditFault => ({
  seq,
  to,
  what,
  message,
})

/** Where to begin: after line `after`, whose hash its own look has found good, or at the first that is kept. */
async function placeOf(db: Kysely<Database>, after: number, prune: HeadRow | undefined): Promise<ChainPlace> {
  if (after <= (prune?.seq ?? 0)) return beginning(prune)
  const row = await db
    .selectFrom('audit')
    .select(['seq', 'hash', 'format'])
    .where('seq', '<=', after)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? beginning(prune)
}

/** What is wrong with the record of what was pruned, and whether the log begins where it says. */
function faultsOfPrune({ headKey }: VerifyDeps, prune: HeadRow | undefined): AuditFault[] {
  if (prune === undefined || headKey.isOwn(prune)) return []
  const message = `The record of what was pruned up to line ${prune.seq} was not signed by this hub’s key.`
  return [fault('unsigned-head', prune.seq, message)]
}

/** Compares signed heads with the lines that they are of. */
function compareHeads(deps: VerifyDeps, heads: readonly HeadRow[]) {
  const bySeq = new Map(heads.map(head => [head.seq, head]))
  const forged = heads
    .filter(head => !deps.headKey.isOwn(head))
    .map(({ seq }) =>
      fault('unsigned-head', seq, `What is kept as the signed head of line ${seq} was not signed by this hub’s key.`),
    )
  const compare = (row: { seq: number; hash: string }) => {
    const head = bySeq.get(row.seq)
    if (head === undefined || head.hash === row.hash || !deps.headKey.isOwn(head)) return null
    const at = head.at.toISOString()
    return fault(
      'not-as-signed',
      row.seq,
      `Line ${row.seq} is not the one that was signed at ${at}: it, or lines before it, were written anew.`,
    )
  }
  return { forged, compare }
}

/** Whether the log ends before what was signed, or before a line that somebody has kept elsewhere. */
function faultsOfEnd(walked: Walked, newest: HeadRow | undefined, kept: KeptLine | undefined): AuditFault[] {
  const { seq } = walked.last
  const signed = Math.max(newest?.seq ?? 0, kept?.seq ?? 0)
  if (signed <= seq) return []
  const by = kept !== undefined && kept.seq > (newest?.seq ?? 0) ? 'in the head that was kept elsewhere' : 'signed'
  return [
    fault(
      'cut-off',
      seq + 1,
      `The log ends at line ${seq}, but line ${signed} is ${by}: ${signed - seq} lines were cut off at its end.`,
      signed,
    ),
  ]
}

/** A line as somebody has kept it outside of the hub. */
export interface KeptLine {
  seq: number
  hash: string
}

/**
 * Verifies the lines after line `after`: their hashes, their numbers, their
 * order, and that they are those that were signed. Where `next` is not null
 * there are more, to be verified from there.
 */
export async function verifyAudit(
  deps: VerifyDeps,
  { after, kept, lines = LINES_AT_ONCE }: { after: number; kept?: KeptLine | undefined; lines?: number },
): Promise<AuditVerdict> {
  const { db } = deps.store
  // One picture of both tables: lines are written, signed and pruned meanwhile.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async trx => {
      // Before the first look: a partition that is dropped is gone for those as well who look at what was before.
      await sql`lock table audit in access share mode`.execute(trx)
      const prune = await newestHead(trx, 'prune')
      const from = await placeOf(trx, after, prune)
      const heads = await trx
        .selectFrom('audit_heads')
        .selectAll()
        .where('kind', '=', 'head')
        .where('seq', '>', from.seq)
        .orderBy('seq')
        .limit(lines)
        .execute()
      const { forged, compare } = compareHeads(deps, heads)
      const compareAll = (row: { seq: number; hash: string }) => {
        if (row.seq === kept?.seq && row.hash !== kept.hash) {
          return fault(
            'not-as-signed',
            row.seq,
            `Line ${row.seq} is not the one in the head that was kept elsewhere: it, or lines before it, were written anew.`,
          )
        }
        return compare(row)
      }
      const walked = await walkAudit(trx, from, lines, compareAll)
      const { last, more } = walked
      const newest = await newestHead(trx, 'head')
      const end = more ? [] : faultsOfEnd(walked, newest, kept)
      const first = after === 0 ? faultsOfPrune(deps, prune) : []
      const of = forged.filter(({ seq }) => !more || seq <= last.seq)
      const faults = [...first, ...walked.faults, ...of, ...end].sort((a, b) => a.seq - b.seq)
      return {
        lines: walked.lines,
        last: last.hash === GENESIS ? null : { seq: last.seq, hash: last.hash },
        signed: newest?.seq ?? null,
        pruned: prune === undefined ? null : { to: prune.seq, at: prune.at.toISOString() },
        next: more ? last.seq : null,
        faults,
      }
    })
}
