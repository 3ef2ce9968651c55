import { group as holding } from '../define.ts'
import type { Io } from '../io.ts'
import { create } from './group/create.ts'
import { list } from './group/list.ts'
import { add, remove } from './group/members.ts'
import { limit } from './limit.ts'
import { deleteNamed, getNamed } from './named.ts'

/** `moorage group` */
export const group = (io: Io) => {
  const get = getNamed(io, 'group', { example: 'payments', list: (hub, call) => hub.api.groups.list(undefined, call) })
  const deleteOne = deleteNamed(io, 'group', {
    description: 'What its members had by it ends at once. Bindings that name it stay.',
    example: 'old',
    take: (hub, group, call) => hub.api.groups.delete({ group }, call),
  })
  return holding(
    'group',
    {
      summary: 'The hub’s own groups of users',
      examples: [{ does: 'Grace joins', run: 'moorage group add payments grace' }],
    },
    [list(io), get, create(io), add(io), remove(io), limit(io, 'group'), deleteOne],
  ).alias('groups')
}
