import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { confirmOrCancel } from '../../prompt.ts'

/** `moorage issuer delete` */
export const deleteIssuer = (io: Io) =>
  define('delete', {
    summary: 'Delete an issuer: nobody can sign in there any more',
    description: 'Its users stay, and what they have open goes on until it ends; "moorage user revoke" cuts it.',
    examples: [{ does: 'Without being asked', run: 'moorage issuer delete corp --yes' }],
  })
    .aliases(['rm', 'remove'])
    .argument('<name>', 'name of the issuer')
    .option('-y, --yes', 'do not ask')
    .action(async (issuer: string, { yes }: { yes?: true }, command) => {
      if (!yes) await confirmOrCancel(io, `Delete issuer ${issuer}?`, 'Add --yes to delete without being asked.')
      await using hub = await openHub(io, command)
      await hub.api.issuers.delete({ issuer }, { signal: io.signal })
      say(io, `Issuer ${issuer} is deleted.`)
    })
