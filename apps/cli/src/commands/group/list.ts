import type { Group } from '@moorage/contract/group.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import type { Io } from '../../io.ts'
import { clean } from '../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'

/** `moorage group list` */
export const list = (io: Io) =>
  define('list', {
    summary: 'List the hub’s own groups; those of an issuer are not known before a sign-in',
    examples: [{ does: 'Who is in which?', run: 'moorage group list' }],
  })
    .alias('ls')
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
    .action(async (options: { output: Format }, command) => {
      await using hub = await openHub(io, command)
      const { items } = await hub.api.groups.list(undefined, { signal: io.signal })
      printList(io, options.output, { items, total: items.length }, view())
    })

const view = (): ListView<Group> => ({
  name: item => item.name,
  empty: 'There are no groups.',
  columns: [
    { title: 'NAME', value: item => item.name },
    { title: 'MEMBERS', value: item => item.members.join(',') || '-', shrink: true },
    { title: 'DESCRIPTION', value: item => clean(item.description), drop: 1 },
  ],
})
