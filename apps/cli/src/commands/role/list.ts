import type { Role } from '@moorage/contract/access.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import type { Io } from '../../io.ts'
import { clean } from '../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'

/** `moorage role list` */
export const list = (io: Io) =>
  define('list', {
    summary: 'List roles, built-in ones included',
    examples: [{ does: 'Which are there?', run: 'moorage role list' }],
  })
    .alias('ls')
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
    .action(async (options: { output: Format }, command) => {
      await using hub = await openHub(io, command)
      const { items } = await hub.api.roles.list(undefined, { signal: io.signal })
      printList(io, options.output, { items, total: items.length }, view())
    })

const view = (): ListView<Role> => ({
  name: item => item.name,
  empty: 'There are no roles that you may see.',
  columns: [
    { title: 'NAME', value: item => item.name },
    { title: 'BUILT-IN', value: item => (item.builtIn ? 'yes' : 'no') },
    { title: 'DESCRIPTION', value: item => clean(item.description), shrink: true },
  ],
})
