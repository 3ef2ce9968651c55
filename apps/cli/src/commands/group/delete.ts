import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { confirmOrCancel } from '../../prompt.ts'

/** `moorage group delete` */
export const deleteOne = (io: Io) =>
  define('delete', {
    summary: 'Delete a group',
    description: 'What its members had by it ends at once. Bindings that name it stay.',
    examples: [{ does: 'In a script', run: 'moorage group delete old --yes' }],
  })
    .alias('rm')
    .argument('<group>', 'name of the group')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, options: { yes?: true }, command) => {
      await using hub = await openHub(io, command)
      if (!options.yes) await confirmOrCancel(io, `Delete group ${name}?`, 'Add --yes to delete without being asked.')
      const { deleted } = await hub.api.groups.delete({ group: name }, { signal: io.signal })
      say(io, `Deleted group ${deleted}.`)
    })
