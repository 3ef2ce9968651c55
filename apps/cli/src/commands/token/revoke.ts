import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'

/** `moorage token revoke` */
export const revoke = (io: Io) =>
  define('revoke', {
    summary: 'Revoke a token at once, by its id',
    examples: [{ does: 'By the id that "token list" shows', run: 'moorage token revoke ID' }],
  })
    .alias('delete')
    .argument('<id>', 'id of the token')
    .action(async (id: string, _options: unknown, command) => {
      await using hub = await openHub(io, command)
      const { revoked } = await hub.api.tokens.revoke({ id }, { signal: io.signal })
      say(io, `Revoked ${revoked}.`)
    })
