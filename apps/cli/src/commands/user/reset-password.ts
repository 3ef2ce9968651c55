import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'

/** `moorage user reset-password` */
export const resetPassword = (io: Io) =>
  define('reset-password', {
    summary: 'Give a local user another password; it is shown once',
    description:
      'It has to be changed at the next sign-in, and their sessions end. Only the password goes to standard output.',
    examples: [{ does: 'Forgotten', run: 'moorage user reset-password ada' }],
  })
    .argument('<name>', 'name of the user')
    .action(async (name: string, _options: unknown, command) => {
      await using hub = await openHub(io, command)
      const { password } = await hub.api.users.resetPassword({ user: name }, { signal: io.signal })
      note(io, `The password of ${name} has to be changed at the next sign-in, and is shown only now:`)
      say(io, password ?? '')
    })
