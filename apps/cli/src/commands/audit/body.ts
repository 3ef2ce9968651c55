import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { clean } from '../../print/clean.ts'
import { outputOption, printData } from '../../print/output.ts'

/** `moorage audit body` */
export const body = (io: Io) =>
  define('body', {
    summary: 'Print what a request has sent to a cluster, without what could be secret',
    description: 'Bodies are kept of changes, in clusters whose policy says so: see "moorage cluster audit-bodies".',
    examples: [{ does: 'By the id of its line', run: 'moorage audit body 7d9c1f0a-4a52-4be0-8a7e-2f1f6d1f7f10' }],
  })
    .argument('<request>', 'id of the request; "moorage audit list -o wide" has it')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (request: string, { output }: { output: 'table' | 'json' | 'yaml' }, command) => {
      await using hub = await openHub(io, command)
      const found = await hub.api.auditBodies.get({ request }, { signal: io.signal })
      if (output !== 'table') return printData(io, output, found)
      if (found.text !== null) say(io, clean(found.text))
      if (found.note !== null) note(io, clean(found.note))
    })
