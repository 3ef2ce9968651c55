import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { confirmOrCancel } from '../../prompt.ts'

/** `moorage role delete` */
export const deleteOne = (io: Io) =>
  define('delete', {
    summary: 'Delete a role',
    description: 'Refused while a binding uses it.',
    examples: [{ does: 'In a script', run: 'moorage role delete old --yes' }],
  })
    .alias('rm')
    .argument('<role>', 'name of the role')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, options: { yes?: true }, command) => {
      await using hub = await openHub(io, command)
      if (!options.yes) await confirmOrCancel(io, `Delete role ${name}?`, 'Add --yes to delete without being asked.')
      const { deleted } = await hub.api.roles.delete({ role: name }, { signal: io.signal })
      say(io, `Deleted role ${deleted}.`)
    })
