import { group as holding } from '../define.ts'
import type { Io } from '../io.ts'
import { add } from './group/add.ts'
import { create } from './group/create.ts'
import { deleteOne } from './group/delete.ts'
import { get } from './group/get.ts'
import { list } from './group/list.ts'
import { remove } from './group/remove.ts'
import { limit } from './limit.ts'

/** `moorage group` */
export const group = (io: Io) =>
  holding(
    'group',
    {
      summary: 'The hub’s own groups of users',
      examples: [{ does: 'Grace joins', run: 'moorage group add payments grace' }],
    },
    [list(io), get(io), create(io), add(io), remove(io), limit(io, 'group'), deleteOne(io)],
  ).alias('groups')
