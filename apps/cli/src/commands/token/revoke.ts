import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

/** `moorage token revoke` */
export const revoke = (io: Io) =>
  define('revoke', {
    summary: 'Revoke a token at once, by its id',
    examples: [{ does: 'By the id that "token list" shows', run: 'moorage token revoke ID' }],
  })
    .alias('delete')
    .argument('<id>', 'id of the token')
    .addOption(textOutput())
    .action(async (id: string, { output }: { output: TextFormat }, command) => {
      await using hub = await openHub(io, command)
      const done = await hub.api.tokens.revoke({ id }, { signal: io.signal })
      if (output !== 'text') return printData(io, output, done)
      say(io, `Revoked ${done.revoked}.`)
    })
