import { group as holding } from '../define.ts'
import type { Io } from '../io.ts'
import { deleteNamed, getNamed } from './named.ts'
import { add } from './project/add.ts'
import { create } from './project/create.ts'
import { list } from './project/list.ts'
import { remove } from './project/remove.ts'

/** `moorage project` */
export const project = (io: Io) => {
  const get = getNamed(io, 'project', {
    example: 'payments',
    list: (hub, call) => hub.api.projects.list(undefined, call),
  })
  const deleteOne = deleteNamed(io, 'project', {
    description: 'Refused while it is the home of a cluster, or bindings are for it.',
    example: 'old',
    take: (hub, project, call) => hub.api.projects.delete({ project }, call),
  })
  return holding(
    'project',
    {
      summary: 'Projects: clusters that belong together, and who may use them',
      examples: [{ does: 'Who would lose what?', run: 'moorage project remove payments prod --preview' }],
    },
    [list(io), get, create(io), add(io), remove(io), deleteOne],
  ).alias('projects')
}
