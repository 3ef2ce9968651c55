import type { AuditForward } from '@moorage/contract/audit-forward.ts'
import { define } from '../../../define.ts'
import { openHub } from '../../../hub/open.ts'
import type { Io } from '../../../io.ts'
import { clean } from '../../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../../print/output.ts'

/** `moorage audit forward list` */
export const list = (io: Io) =>
  define('list', {
    summary: 'Show where the audit log is sent to, and how far each target is',
    examples: [{ does: 'With what went wrong', run: 'moorage audit forward list -o wide' }],
  })
    .alias('ls')
    .addOption(outputOption())
    .action(async (options: { output: Format }, command) => {
      await using hub = await openHub(io, command)
      const { items } = await hub.api.auditForwards.list(undefined, { signal: io.signal })
      printList(io, options.output, { items, total: items.length }, view)
    })

/** A target in a word or two, as a table shows it. */
const state = ({ state, failingSince }: AuditForward) =>
  failingSince === null ? state : `${state} since ${failingSince}`

const view: ListView<AuditForward> = {
  name: target => target.name,
  empty: 'The audit log is sent nowhere.',
  columns: [
    { title: 'NAME', value: target => target.name },
    { title: 'TO', value: ({ to, hasQuery }) => clean(`${to}${hasQuery ? '?…' : ''}`) },
    { title: 'STATE', value: state },
    { title: 'BEHIND', value: ({ lag }) => `${lag}` },
    { title: 'SENT', value: ({ sent }) => `${sent}` },
    { title: 'LOST', value: ({ lost }) => `${lost}` },
    { title: 'ERROR', value: ({ lastError }) => clean(lastError ?? '-'), shrink: true },
  ],
  wide: [
    { title: 'POSITION', value: ({ position }) => `${position}` },
    { title: 'LAST SENT', value: ({ lastSentAt }) => lastSentAt ?? '-' },
    { title: 'HEADERS', value: ({ headers }) => headers.join(',') || '-' },
    { title: 'SIGNED', value: ({ signed }) => (signed ? 'yes' : 'no') },
  ],
}
