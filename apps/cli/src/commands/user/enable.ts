import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

/** `moorage user enable` */
export const enable = (io: Io) =>
  define('enable', {
    summary: 'Let a user in again who was disabled or locked out',
    examples: [{ does: 'Back from leave', run: 'moorage user enable ada' }],
  })
    .argument('<name>', 'name of the user')
    .addOption(textOutput())
    .action(async (name: string, { output }: { output: TextFormat }, command) => {
      await using hub = await openHub(io, command)
      const user = await hub.api.users.enable({ user: name }, { signal: io.signal })
      if (output !== 'text') return printData(io, output, user)
      say(io, `User ${name} is enabled.`)
    })
