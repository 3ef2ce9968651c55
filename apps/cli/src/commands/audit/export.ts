import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Command, Option } from 'commander'
import { checkWritable } from '../../check-writable.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note } from '../../io.ts'
import { backupTarget } from '../../offline/save-backup.ts'
import { type FilterOptions, filterOptions, filterQuery } from './filters.ts'

/** `moorage audit export` */
export const exportAudit = (io: Io) =>
  filterOptions(
    define('export', {
      summary: 'Write lines of the audit log into a file, as JSON lines or CSV',
      description: 'Newest first, streamed, however many there are. That it was done is in the audit log.',
      examples: [
        { does: 'Last month, for a spreadsheet', run: 'moorage audit export audit.csv --format csv --since 30d' },
        {
          does: 'Everything of one cluster, into another program',
          run: 'moorage audit export - --cluster prod | jq .action',
        },
      ],
    }),
  )
    .argument('<file>', 'where the lines go; - for standard output')
    .addOption(new Option('--format <format>', 'how each line is written').choices(['jsonl', 'csv']).default('jsonl'))
    .action(async (file: string, { format, ...filters }: FilterOptions & { format: string }, command: Command) => {
      const out = file === '-' ? null : resolve(io.cwd, file)
      if (out !== null) await checkWritable(out)
      await using hub = await openHub(io, command)
      const query = new URLSearchParams({ format, ...(filterQuery(io, filters) as Record<string, string>) })
      const answer = await hub.fetch(`/api/v1/audit/export?${query}`, { signal: io.signal })
      if (!answer.ok || answer.body === null)
        throw await (await import('@moorage/client/problem-error.ts')).problemFrom(answer)
      const target = backupTarget(io, out)
      try {
        await pipeline(answer.body, target.stream, { signal: io.signal, end: out !== null })
        await target.keep()
      } catch (error) {
        await target.drop()
        throw error
      }
      if (out !== null) note(io, `The lines are written to ${out}.`)
    })
