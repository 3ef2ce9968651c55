import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHub } from '@moorage/testkit/hub-process.ts'
import { startPostgres } from '@moorage/testkit/postgres.ts'
import { fillAudit } from './audit-fill.ts'
import { auditLines } from './audit-lines.ts'
import { searchFigures } from './audit-searches.ts'
import { appendTimes, exportFigures, retentionFigures, verifyFigure } from './audit-work.ts'
import { numberOption } from './option.ts'
import { type Figure, report } from './report.ts'

/** How much slower a change may be than with an empty log. */
const APPEND_GOAL = 1.2

export const auditHelp = `./run bench audit [OPTIONS]
How fast lines of the audit log are written, in the embedded database and in PostgreSQL; and what the log of a year
costs on PostgreSQL: each kind of search, export, verification, changes, and retention.

--rows N      lines of the log (1000000); ten million take some 10 GB for a while
--written N   lines that are written, one at a time and 32 at once (1000)
`

/** `./run bench audit` */
export async function audit(args: string[]): Promise<void> {
  const rows = numberOption(args, 'rows', 1_000_000)
  const written = numberOption(args, 'written', 1_000)
  const say = (text: string) => process.stderr.write(`bench: ${text}\n`)
  const dir = mkdtempSync(join(tmpdir(), 'moorage-bench-audit-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const postgres = stack.use(await startPostgres())
  const hub = (kept: string) =>
    startHub({ dir, args: ['--database-url', postgres.databaseUrl, '--audit-retention', kept] })

  const figures: Figure[] = []
  {
    await using embedded = await startHub({ dir: join(dir, 'embedded') })
    figures.push(...(await auditLines(embedded, 'embedded database', written)))
  }
  let empty: { p50: number; p95: number }
  {
    await using fresh = await hub('400d')
    figures.push(...(await auditLines(fresh, 'PostgreSQL', written)))
    empty = await appendTimes(fresh, 'empty')
  }
  say(`filling a log with ${rows} lines`)
  const began = performance.now()
  await fillAudit(postgres, rows)
  figures.push({ name: 'filling', value: (performance.now() - began) / 1_000, unit: 's' })
  const bytes = postgres.query(
    `select sum(pg_total_relation_size(oid)) from pg_class where relname like 'audit%' and relkind = 'r' and relname <> 'audit_heads'`,
  )
  figures.push({ name: 'size of a line with its indexes', value: Number(bytes) / rows, unit: 'B' })
  {
    await using full = await hub('400d')
    const filled = await appendTimes(full, 'filled')
    const goal = { goal: `≤ ${APPEND_GOAL} × of an empty log`, met: filled.p50 <= APPEND_GOAL * empty.p50 }
    figures.push(
      { name: 'a change, empty log, p50', value: empty.p50, unit: 'ms' },
      { name: 'a change, empty log, p95', value: empty.p95, unit: 'ms' },
      { name: 'a change, p50', value: filled.p50, unit: 'ms', ...goal },
      { name: 'a change, p95', value: filled.p95, unit: 'ms' },
    )
    say('searching')
    figures.push(...(await searchFigures(full)))
    say('exporting and verifying')
    for (const format of ['csv', 'jsonl'] as const) figures.push(...(await exportFigures(full, format)))
    figures.push(await verifyFigure(full))
  }
  for (const [name, kept] of [
    ['deleting a day', '364d'],
    ['deleting two months', '304d'],
  ] as const) {
    say(name)
    figures.push(...(await retentionFigures(() => hub(kept), postgres, name)))
  }
  report('audit', { rows, written }, figures)
}
