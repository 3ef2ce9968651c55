import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

/** `moorage user disable` */
export const disable = (io: Io) =>
  define('disable', {
    summary: 'Keep a user out until they are enabled again',
    description:
      'What they have open is cut within 2 s. "moorage user revoke" also ends their sessions and tokens for good.',
    examples: [{ does: 'For a while', run: 'moorage user disable ada --reason "on leave"' }],
  })
    .argument('<name>', 'name of the user')
    .option('--reason <text>', 'why, for whoever looks', '')
    .addOption(textOutput())
    .action(async (name: string, { reason, output }: { reason: string; output: TextFormat }, command) => {
      await using hub = await openHub(io, command)
      const user = await hub.api.users.disable({ user: name, because: reason }, { signal: io.signal })
      if (output !== 'text') return printData(io, output, user)
      say(io, `User ${name} is disabled.`)
    })
