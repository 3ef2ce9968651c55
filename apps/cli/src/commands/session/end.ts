import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'

/** `moorage session end` */
export const end = (io: Io) =>
  define('end', {
    summary: 'End a session at once, by its id',
    examples: [{ does: 'By the id that "session list" shows', run: 'moorage session end ID' }],
  })
    .argument('<id>', 'id of the session')
    .action(async (id: string, _options: unknown, command) => {
      await using hub = await openHub(io, command)
      await hub.api.sessions.endOne({ id }, { signal: io.signal })
      say(io, `Ended ${id}.`)
    })
