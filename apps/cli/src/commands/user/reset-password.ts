import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

/** `moorage user reset-password` */
export const resetPassword = (io: Io) =>
  define('reset-password', {
    summary: 'Give a local user another password; it is shown once',
    description:
      'It has to be changed at the next sign-in. Their sessions and tokens end, as somebody else may have known the old one. Only the password goes to standard output.',
    examples: [
      { does: 'It may be known to others', run: 'moorage user reset-password ada' },
      { does: 'Only forgotten', run: 'moorage user reset-password ada --keep-tokens' },
    ],
  })
    .argument('<name>', 'name of the user')
    .option('--keep-tokens', 'leave the tokens good that they have made')
    .addOption(textOutput())
    .action(
      async (name: string, { keepTokens = false, output }: { keepTokens?: boolean; output: TextFormat }, command) => {
        await using hub = await openHub(io, command)
        const reset = await hub.api.users.resetPassword({ user: name, keepTokens }, { signal: io.signal })
        if (output !== 'text') return printData(io, output, reset)
        const { password, sessions, tokens } = reset
        note(io, `Ended: sessions ${sessions}, tokens ${tokens}.`)
        note(io, `The password of ${name} has to be changed at the next sign-in, and is shown only now:`)
        say(io, password ?? '')
      },
    )
