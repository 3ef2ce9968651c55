import type { Kysely } from 'kysely'
import { linesAfter } from './audit.ts'
import { type AuditRow, auditHash, GENESIS } from './audit-hash.ts'
import type { HeadRow } from './audit-heads.ts'
import type { Database } from './tables.ts'

/** Something of the audit log that is not as it was written. */
export interface AuditFault {
  /** The first line that it is about. */
  seq: number
  /** The last one. */
  to: number
  what: 'changed' | 'missing' | 'out-of-place' | 'unsigned-head' | 'not-as-signed' | 'cut-off'
  message: string
}

/** Rows that are read at once. */
const READ_AT_ONCE = 1_000
/** Faults that one walk names. */
const MAX_FAULTS = 100

/** Where a walk goes on: the last line that was looked at. */
export interface ChainPlace {
  seq: number
  hash: string
  format: number
}

export interface Walked {
  /** Lines that were looked at. */
  lines: number
  /** The last of them. */
  last: ChainPlace
  /** Whether there are more. */
  more: boolean
  faults: AuditFault[]
}

const lines = (from: number, to: number) => (from === to ? `Line ${from}` : `Lines ${from} to ${to}`)

function look(before: ChainPlace, row: AuditRow): AuditFault[] {
  const { seq } = row
  const faults: AuditFault[] = []
  const skipped = seq - before.seq - 1
  // Lines of the first format were numbered with gaps, where a change had been undone.
  if (skipped > 0 && row.format > 1) {
    const [from, to] = [before.seq + 1, seq - 1]
    const are = from === to ? 'is' : 'are'
    faults.push({ seq: from, to, what: 'missing', message: `${lines(from, to)} ${are} missing.` })
  }
  if (auditHash(row.previous, row) !== row.hash || row.format < before.format) {
    faults.push({ seq, to: seq, what: 'changed', message: `Line ${seq} was changed.` })
  } else if (row.previous !== before.hash && (skipped === 0 || row.format === 1)) {
    const message = `Line ${seq} does not go on from the one before it: one of the two was put there, changed or moved.`
    faults.push({ seq, to: seq, what: 'out-of-place', message })
  }
  return faults
}

/** Where the chain begins: after what was pruned, or at the very start. */
export const beginning = (prune: Pick<HeadRow, 'seq' | 'hash'> | undefined): ChainPlace =>
  prune === undefined ? { seq: 0, hash: GENESIS, format: 1 } : { seq: prune.seq, hash: prune.hash, format: 1 }

/** Walks the chain from after `from`, at most `most` lines, and calls `each` with every one. */
export async function walkAudit(
  db: Kysely<Database>,
  from: ChainPlace,
  most: number,
  each: (row: AuditRow) => AuditFault | null = () => null,
): Promise<Walked> {
  let last = from
  let count = 0
  const faults: AuditFault[] = []
  while (count < most && faults.length < MAX_FAULTS) {
    const limit = Math.min(READ_AT_ONCE, most - count)
    const rows = await linesAfter(db, last.seq, limit)
    for (const row of rows) {
      const other = each(row)
      faults.push(...look(last, row), ...(other === null ? [] : [other]))
      last = { seq: row.seq, hash: row.hash, format: row.format }
    }
    count += rows.length
    if (rows.length < limit) return { lines: count, last, more: false, faults: faults.slice(0, MAX_FAULTS) }
  }
  return { lines: count, last, more: true, faults: faults.slice(0, MAX_FAULTS) }
}
