import { findNamed } from '../../access/find-named.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'

/** `moorage group add` */
export const add = (io: Io) =>
  define('add', {
    summary: 'Put users into a group',
    examples: [{ does: 'Grace joins', run: 'moorage group add payments grace' }],
  })
    .argument('<group>', 'name of the group')
    .argument('<user...>', 'names of users')
    .action(async (group: string, users: string[], _options: unknown, command) => {
      await using hub = await openHub(io, command)
      const call = { signal: io.signal }
      const { description, members } = findNamed((await hub.api.groups.list(undefined, call)).items, 'group', group)
      const after = [...new Set([...members, ...users])]
      const made = await hub.api.groups.put({ group, description, members: after }, call)
      say(io, `Group ${made.name} has ${made.members.join(', ') || 'no members'} now.`)
    })
