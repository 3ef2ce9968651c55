import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'
import { confirmOrCancel } from '../../prompt.ts'

/** `moorage issuer delete` */
export const deleteIssuer = (io: Io) =>
  define('delete', {
    summary: 'Delete an issuer: nobody can sign in there any more',
    description: 'Its users stay, with their rights. Their sessions and tokens end, and what they have open is cut.',
    examples: [{ does: 'Without being asked', run: 'moorage issuer delete corp --yes' }],
  })
    .aliases(['rm', 'remove'])
    .argument('<name>', 'name of the issuer')
    .option('-y, --yes', 'do not ask')
    .addOption(textOutput())
    .action(async (issuer: string, { yes, output }: { yes?: true; output: TextFormat }, command) => {
      if (!yes) await confirmOrCancel(io, `Delete issuer ${issuer}?`, 'Add --yes to delete without being asked.')
      await using hub = await openHub(io, command)
      const deleted = await hub.api.issuers.delete({ issuer }, { signal: io.signal })
      if (output !== 'text') return printData(io, output, deleted)
      const { sessions, tokens } = deleted
      say(io, `Issuer ${issuer} is deleted. Cut: sessions ${sessions}, tokens ${tokens}.`)
    })
