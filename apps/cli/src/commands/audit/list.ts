import type { AuditLine } from '@moorage/contract/audit.ts'
import { limitOption } from '../../args/limit.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { counted, readPages } from '../../hub/pages.ts'
import type { Io } from '../../io.ts'
import { clean } from '../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'
import { memory } from '../../print/quantity.ts'
import { type FilterOptions, filterOptions, filterQuery } from './filters.ts'

/** `moorage audit list` */
export const list = (io: Io) =>
  filterOptions(
    define('list', {
      summary: 'Show who did what, here and in the clusters, and who was refused, newest first',
      description:
        'What changes something leaves two lines, one before it begins and one with how it ended; what only reads leaves one. ' +
        'Bodies and credentials are never in them.',
      examples: [
        { does: 'The last hundred lines', run: 'moorage audit list' },
        {
          does: 'Who deleted pods of the shop this week?',
          run: 'moorage audit list --verb delete --resource pods -n shop --since 7d',
        },
        { does: 'What was refused in a cluster?', run: 'moorage audit list --cluster prod --refused' },
        {
          does: 'Everything that one token did, for a program',
          run: 'moorage audit list --actor ci --limit 0 -o json',
        },
      ],
    }),
  )
    .addOption(limitOption(100))
    .addOption(outputOption(['table', 'wide', 'json', 'yaml']))
    .action(async ({ limit, output, ...filters }: FilterOptions & { limit: number; output: Format }, command) => {
      await using hub = await openHub(io, command)
      const query = filterQuery(io, filters)
      const found = await readPages(limit, page => hub.api.audit.list({ ...query, ...page }, { signal: io.signal }))
      printList(io, output, found, view)
    })

/** How it ended, in a word; the status says more. */
const outcome = ({ allowed, status }: AuditLine) => {
  if (!allowed) return `refused (${status})`
  if (status === null) return 'begun'
  return status < 400 ? 'done' : `failed (${status})`
}

const bytes = (count: number | null) => (count === null ? '-' : memory(count))

const view: ListView<AuditLine> = {
  name: line => `${line.seq}`,
  empty: 'There are no such lines.',
  counted: counted.audit,
  columns: [
    { title: 'TIME', value: line => line.at },
    { title: 'WHO', value: ({ actor }) => clean(actor.name || actor.kind) },
    { title: 'FROM', value: line => clean(line.source) || '-' },
    { title: 'ACTION', value: line => clean(line.action) },
    { title: 'TARGET', value: line => clean(line.target), shrink: true },
    { title: 'OUTCOME', value: outcome },
  ],
  wide: [
    { title: 'CLUSTER', value: line => line.cluster ?? '-' },
    { title: 'AS', value: line => clean(line.actsAs ?? '-') },
    { title: 'WITH', value: line => line.via ?? '-' },
    { title: 'CLIENT', value: line => clean(line.client ?? '-') },
    { title: 'BINDING', value: line => line.binding ?? '-' },
    { title: 'IN', value: line => bytes(line.bytesIn) },
    { title: 'OUT', value: line => bytes(line.bytesOut) },
    { title: 'MS', value: line => `${line.durationMs ?? '-'}` },
    { title: 'BECAUSE', value: line => clean(line.because) },
    { title: 'REQUEST', value: line => line.requestId },
    { title: 'RECORDING', value: line => line.recording ?? '-' },
    { title: 'HASH', value: line => line.hash },
  ],
}
