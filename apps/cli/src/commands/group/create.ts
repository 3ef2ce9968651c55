import { requireNew } from '../../access/find-named.ts'
import { warnOfNobody } from '../../access/warn-of-nobody.ts'
import { collect } from '../../args/count.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

interface Options {
  description?: string
  member?: string[]
  output: TextFormat
}

/** `moorage group create` */
export const create = (io: Io) =>
  define('create', {
    summary: 'Make a group of users',
    examples: [{ does: 'With two members', run: 'moorage group create payments --member ada --member grace' }],
  })
    .argument('<name>', 'name of the group')
    .option('--description <text>', 'what it is for')
    .option('--member <user>', 'a user (may be given several times)', collect)
    .addOption(textOutput())
    .action(async (name: string, { output, description, member }: Options, command) => {
      await using hub = await openHub(io, command)
      const call = { signal: io.signal }
      requireNew((await hub.api.groups.list(undefined, call)).items, 'group', name)
      const made = await hub.api.groups.put(
        { group: name, ...(description !== undefined && { description }), members: member ?? [] },
        call,
      )
      await warnOfNobody(
        io,
        hub,
        made.members.map(name => ({ kind: 'user', name })),
      )
      if (output !== 'text') return printData(io, output, made)
      say(io, `Made group ${made.name} with ${made.members.length} members.`)
    })
