import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'

/** `moorage issuer remove` */
export const remove = (io: Io) =>
  define('remove', {
    summary: 'Remove an issuer: nobody can sign in there any more',
    description: 'Its users stay, with their rights. Their sessions and tokens end, and what they have open is cut.',
    examples: [{ does: 'By its name', run: 'moorage issuer remove corp' }],
  })
    .alias('rm')
    .argument('<name>', 'name of the issuer')
    .action(async (issuer: string, _options: unknown, command) => {
      await using hub = await openHub(io, command)
      const { sessions, tokens } = await hub.api.issuers.delete({ issuer }, { signal: io.signal })
      say(io, `Issuer ${issuer} is removed. Cut: sessions ${sessions}, tokens ${tokens}.`)
    })
