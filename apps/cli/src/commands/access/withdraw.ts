import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

/** `moorage access withdraw` */
export const withdraw = (io: Io) =>
  define('withdraw', {
    summary: 'Take back your own request; of an approved one, give the role back',
    examples: [{ does: 'The incident is over', run: 'moorage access withdraw 3f9c2a71d0' }],
  })
    .argument('<request>', 'id of the request')
    .addOption(textOutput())
    .action(async (id: string, { output }: { output: TextFormat }, command) => {
      await using hub = await openHub(io, command)
      const withdrawn = await hub.api.roleRequests.withdraw({ request: id }, { signal: io.signal })
      if (output !== 'text') return printData(io, output, withdrawn)
      say(io, `Withdrew request ${id} for role ${withdrawn.role}.`)
    })
