import type { AuditLine } from '@moorage/contract/audit.ts'
import { Option } from 'commander'
import { parseDuration } from '../args/duration.ts'
import { given } from '../args/given.ts'
import { limitOption } from '../args/limit.ts'
import { define } from '../define.ts'
import { openHub } from '../hub/open.ts'
import { readPages } from '../hub/pages.ts'
import type { Io } from '../io.ts'
import { clean } from '../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../print/output.ts'

interface Options {
  action?: string
  actor?: string
  since?: number
  until?: number
  limit: number
  output: Format
}

/** `moorage audit` */
export const audit = (io: Io) =>
  define('audit', {
    summary: 'Show who changed what in the hub, and who was refused, newest first',
    description:
      'A change leaves two lines: one before it begins, and one with how it ended. Reading leaves none. ' +
      'Lines are chained by hashes, so that none can be changed or taken out unnoticed; keep the newest hash elsewhere to notice lines cut off at the end.',
    examples: [
      { does: 'The last hundred lines', run: 'moorage audit' },
      { does: 'Who connected or disconnected clusters this week?', run: 'moorage audit --action clusters --since 7d' },
      { does: 'Everything that one token did, for a program', run: 'moorage audit --actor ci --limit 0 -o json' },
    ],
  })
    .option('--action <name>', 'only one operation, such as clusters.connect, or all of an area, such as tokens')
    .option('--actor <who>', 'only what the token with this name or id did')
    .addOption(new Option('--since <span>', 'only lines of the last span, such as 2h').argParser(parseDuration))
    .addOption(new Option('--until <span>', 'only lines older than this span').argParser(parseDuration))
    .addOption(limitOption(100))
    .addOption(outputOption(['table', 'wide', 'json', 'yaml']))
    .action(async ({ action, actor, since, until, limit, output }: Options, command) => {
      await using hub = await openHub(io, command)
      const ago = (seconds: number | undefined) =>
        seconds === undefined ? undefined : new Date(io.now().getTime() - seconds * 1000).toISOString()
      const query = given({ action, actor, since: ago(since), until: ago(until) })
      const found = await readPages(limit, page => hub.api.audit.list({ ...query, ...page }, { signal: io.signal }))
      printList(io, output, found, view)
    })

/** How it ended, in a word; the status says more. */
const outcome = ({ allowed, status }: AuditLine) => {
  if (!allowed) return `refused (${status})`
  if (status === null) return 'begun'
  return status < 400 ? 'done' : `failed (${status})`
}

const view: ListView<AuditLine> = {
  name: line => `${line.seq}`,
  empty: 'There are no such lines.',
  columns: [
    { title: 'TIME', value: line => line.at },
    { title: 'WHO', value: ({ actor }) => clean(actor.name || actor.kind) },
    { title: 'FROM', value: line => clean(line.source) || '-' },
    { title: 'ACTION', value: line => clean(line.action) },
    { title: 'TARGET', value: line => clean(line.target), shrink: true },
    { title: 'OUTCOME', value: outcome },
  ],
  wide: [
    { title: 'BECAUSE', value: line => clean(line.because) },
    { title: 'REQUEST', value: line => line.requestId },
    { title: 'HASH', value: line => line.hash },
  ],
}
