import type { SessionEntry } from '@moorage/contract/sign-in.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import type { Io } from '../../io.ts'
import { age, relative } from '../../print/age.ts'
import { clean } from '../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'

/** `moorage session list` */
export const list = (io: Io) =>
  define('list', {
    summary: 'List sessions: everybody’s for who may, else your own',
    examples: [{ does: 'Where am I signed in?', run: 'moorage session list --own' }],
  })
    .alias('ls')
    .option('--own', 'only your own')
    .addOption(outputOption())
    .action(async (options: { own?: boolean; output: Format }, command) => {
      await using hub = await openHub(io, command)
      const { items } = await hub.api.sessions.list(options.own ? { own: 'true' } : {}, { signal: io.signal })
      printList(io, options.output, { items, total: items.length }, view(io.now()))
    })

const view = (now: Date): ListView<SessionEntry> => ({
  name: session => session.id,
  empty: 'There are no sessions.',
  columns: [
    { title: 'ID', value: session => session.id },
    { title: 'WHO', value: session => clean(session.owner.name) },
    { title: 'FROM', value: session => session.address ?? '' },
    { title: 'LAST USED', value: session => `${age(session.lastUsedAt, now)} ago` },
    { title: 'ENDS', value: session => relative(session.expiresAt, now) },
  ],
  wide: [
    { title: 'ISSUER', value: session => session.issuer ?? '' },
    { title: 'BROWSER', value: session => clean(session.userAgent) },
  ],
})
