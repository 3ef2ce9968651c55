import { group as holding } from '../define.ts'
import type { Io } from '../io.ts'
import { add } from './project/add.ts'
import { create } from './project/create.ts'
import { deleteOne } from './project/delete.ts'
import { get } from './project/get.ts'
import { list } from './project/list.ts'
import { remove } from './project/remove.ts'

/** `moorage project` */
export const project = (io: Io) =>
  holding(
    'project',
    {
      summary: 'Projects: clusters that belong together, and who may use them',
      examples: [{ does: 'Who would lose what?', run: 'moorage project remove payments prod --preview' }],
    },
    [list(io), get(io), create(io), add(io), remove(io), deleteOne(io)],
  ).alias('projects')
