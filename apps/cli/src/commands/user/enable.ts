import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'

/** `moorage user enable` */
export const enable = (io: Io) =>
  define('enable', {
    summary: 'Let a user in again who was disabled or locked out',
    examples: [{ does: 'Back from leave', run: 'moorage user enable ada' }],
  })
    .argument('<name>', 'name of the user')
    .action(async (name: string, _options: unknown, command) => {
      await using hub = await openHub(io, command)
      await hub.api.users.enable({ user: name }, { signal: io.signal })
      say(io, `User ${name} is enabled.`)
    })
