import type { AuditFilters, AuditLine } from '@moorage/contract/audit.ts'
import { type AuditCursor, type AuditSight, listAudit } from '../store/audit-search.ts'
import type { Store } from '../store/store.ts'
import { auditFilter, toAuditLine } from './list.ts'

/** Lines that are read, and written, at once. */
const AT_ONCE = 1_000

const COLUMNS = [
  ...['seq', 'at', 'actorKind', 'actor', 'actorId', 'source', 'action', 'cluster', 'target', 'allowed', 'because'],
  ...['status', 'requestId', 'durationMs', 'via', 'actsAs', 'client', 'verb', 'apiGroup', 'resource', 'subresource'],
  ...['namespace', 'name', 'binding', 'bytesIn', 'bytesOut', 'recording', 'hash'],
] as const

/** A cell that a spreadsheet takes for text, whatever it begins with, and however it is quoted. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = String(value)
  const safe = /^\s*[=+\-@|%\t\r]/.test(text) ? `'${text}` : text
  return /[",;\r\n\t']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function csvLine({ actor, ...line }: AuditLine): string {
  const flat: Record<string, unknown> = { ...line, actorKind: actor.kind, actor: actor.name, actorId: actor.id }
  return `${COLUMNS.map(column => csvCell(flat[column])).join(',')}\r\n`
}

/** The lines that `asked` finds, newest first, as texts of many lines each: read while they are written, never all at once. */
export async function* exportAudit(
  deps: { store: Pick<Store, 'db'> },
  asked: AuditFilters,
  { format, sight }: { format: 'jsonl' | 'csv'; sight: AuditSight | undefined },
): AsyncGenerator<string> {
  const filter = { ...(await auditFilter(deps, asked)), sight }
  if (format === 'csv') yield `${COLUMNS.join(',')}\r\n`
  let before: AuditCursor | undefined
  while (true) {
    const rows = await listAudit(deps.store.db, { ...filter, limit: AT_ONCE, before })
    const lines = rows.map(toAuditLine)
    if (lines.length > 0) {
      yield lines.map(line => (format === 'csv' ? csvLine(line) : `${JSON.stringify(line)}\n`)).join('')
    }
    before = rows.at(-1)
    if (rows.length < AT_ONCE) return
  }
}
