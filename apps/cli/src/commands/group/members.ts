import { findNamed } from '../../access/find-named.ts'
import { warnOfNobody } from '../../access/warn-of-nobody.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

interface Change {
  verb: string
  summary: string
  example: { does: string; run: string }
  /** Who is in it afterwards. */
  after: (members: readonly string[], users: readonly string[]) => string[]
}

const changeMembers = (io: Io, { verb, summary, example, after }: Change) =>
  define(verb, { summary, examples: [example] })
    .argument('<group>', 'name of the group')
    .argument('<user...>', 'names of users')
    .addOption(textOutput())
    .action(async (group: string, users: string[], { output }: { output: TextFormat }, command) => {
      await using hub = await openHub(io, command)
      const call = { signal: io.signal }
      const { description, members } = findNamed((await hub.api.groups.list(undefined, call)).items, 'group', group)
      const made = await hub.api.groups.put({ group, description, members: after(members, users) }, call)
      const unchanged = users.filter(user => members.includes(user) === made.members.includes(user))
      if (unchanged.length > 0) note(io, `Nothing had to be changed for ${unchanged.join(', ')}.`)
      const joined = users.filter(user => made.members.includes(user))
      await warnOfNobody(
        io,
        hub,
        joined.map(name => ({ kind: 'user', name })),
      )
      if (output !== 'text') return printData(io, output, made)
      say(io, `Group ${made.name} has ${made.members.join(', ') || 'no members'} now.`)
    })

/** `moorage group add` */
export const add = (io: Io) =>
  changeMembers(io, {
    verb: 'add',
    summary: 'Put users into a group',
    example: { does: 'Grace joins', run: 'moorage group add payments grace' },
    after: (members, users) => [...new Set([...members, ...users])],
  })

/** `moorage group remove` */
export const remove = (io: Io) =>
  changeMembers(io, {
    verb: 'remove',
    summary: 'Take users out of a group; what they had by it ends at once',
    example: { does: 'Grace leaves', run: 'moorage group remove payments grace' },
    after: (members, users) => members.filter(member => !users.includes(member)),
  })
