import { define } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import { type HubContext, readConfig, withoutContext, writeConfig } from '../hub/config-file.ts'
import { openTarget } from '../hub/open.ts'
import { contextByName } from '../hub/resolve.ts'
import { type Io, say } from '../io.ts'

/** ms; a hub that does not answer must not keep anybody signed in here. */
const WITHIN = 5_000

/** `moorage logout` */
export const logout = (io: Io) =>
  define('logout', {
    summary: 'Forget a saved hub and its token',
    description:
      'A token that a browser lent to this command line is ended too. One that was given stays valid: "moorage token revoke" ends it.',
    examples: [
      { does: 'The current one', run: 'moorage logout' },
      { does: 'Another one', run: 'moorage logout --hub lab' },
    ],
  }).action(async (_options: unknown, command) => {
    const config = await readConfig(io)
    const name = command.optsWithGlobals().hub ?? config.current
    if (name === undefined) throw new CliError('not_signed_in', exitCodes.notFound, 'You are not signed in to any hub.')
    const saved = contextByName(config, name)
    const ended = await endLent(io, saved)
    await writeConfig(io, withoutContext(config, name))
    const token = ended ? 'Its token is no longer valid.' : 'Its token is still valid until it is revoked.'
    say(io, `Signed out of ${saved.url}; "${name}" is forgotten. ${token}`)
  })

/** Ends a token that was only ever for this command line. Where the hub does not answer, it ends by itself. */
async function endLent(io: Io, { tokenId, ...target }: HubContext): Promise<boolean> {
  if (tokenId === undefined) return false
  try {
    await using hub = await openTarget(io, { ...target, from: 'logout' })
    const signal = AbortSignal.any([io.signal, AbortSignal.timeout(WITHIN)])
    await hub.api.tokens.revoke({ id: tokenId }, { signal })
    return true
  } catch (error) {
    // Not taken any more: it has ended already.
    return error instanceof Error && 'status' in error && (error.status === 401 || error.status === 404)
  }
}
