import { define } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import { readConfig, withoutContext, writeConfig } from '../hub/config-file.ts'
import { contextByName } from '../hub/resolve.ts'
import { type Io, say } from '../io.ts'

/** `moorage logout` */
export const logout = (io: Io) =>
  define('logout', {
    summary: 'Forget a saved hub and its token',
    description: 'The token itself stays valid: "moorage token revoke" ends it.',
    examples: [
      { does: 'The current one', run: 'moorage logout' },
      { does: 'Another one', run: 'moorage logout --hub lab' },
    ],
  }).action(async (_options: unknown, command) => {
    const config = await readConfig(io)
    const name = command.optsWithGlobals().hub ?? config.current
    if (name === undefined) throw new CliError('not_signed_in', exitCodes.notFound, 'You are not signed in to any hub.')
    const { url } = contextByName(config, name)
    await writeConfig(io, withoutContext(config, name))
    say(io, `Signed out of ${url}; "${name}" is forgotten. Its token is still valid until it is revoked.`)
  })
