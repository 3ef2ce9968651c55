import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

/** `moorage session end` */
export const end = (io: Io) =>
  define('end', {
    summary: 'End a session at once, by its id',
    examples: [{ does: 'By the id that "session list" shows', run: 'moorage session end ID' }],
  })
    .argument('<id>', 'id of the session')
    .addOption(textOutput())
    .action(async (id: string, { output }: { output: TextFormat }, command) => {
      await using hub = await openHub(io, command)
      const ended = await hub.api.sessions.endOne({ id }, { signal: io.signal })
      if (output !== 'text') return printData(io, output, ended)
      say(io, `Ended ${id}.`)
    })
