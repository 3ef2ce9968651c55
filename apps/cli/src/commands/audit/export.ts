import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { type Command, Option } from 'commander'
import { checkWritable } from '../../check-writable.ts'
import { define } from '../../define.ts'
import { download } from '../../hub/download.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note } from '../../io.ts'
import { saveWhole } from '../../offline/save-backup.ts'
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
      const lines = await download(io, hub, `/api/v1/audit/export?${query}`)
      await saveWhole(io, out, [Readable.from(lines)])
      if (out !== null) note(io, `The lines are written to ${out}.`)
    })
