import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { confirmOrCancel } from '../../prompt.ts'

/** `moorage user delete` */
export const deleteUser = (io: Io) =>
  define('delete', {
    summary: 'Forget a user, with their sessions and tokens',
    description: 'Bindings that name them stay, and count again for somebody of the same name.',
    examples: [{ does: 'Without being asked', run: 'moorage user delete ada --yes' }],
  })
    .alias('rm')
    .argument('<name>', 'name of the user')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, { yes }: { yes?: boolean }, command) => {
      if (!yes) await confirmOrCancel(io, `Delete user ${name}?`, 'Add --yes to delete without being asked.')
      await using hub = await openHub(io, command)
      await hub.api.users.delete({ user: name }, { signal: io.signal })
      say(io, `User ${name} is deleted.`)
    })
