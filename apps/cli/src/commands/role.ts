import { group as holding } from '../define.ts'
import type { Io } from '../io.ts'
import { deleteNamed, getNamed } from './named.ts'
import { list } from './role/list.ts'

/** `moorage role` */
export const role = (io: Io) => {
  const get = getNamed(io, 'role', {
    example: 'namespace-admin',
    list: (hub, call) => hub.api.roles.list(undefined, call),
  })
  const deleteOne = deleteNamed(io, 'role', {
    description: 'Refused while a binding uses it.',
    example: 'old',
    take: (hub, role, call) => hub.api.roles.delete({ role }, call),
  })
  return holding(
    'role',
    {
      summary: 'Roles: what may be done with Moorage and in clusters; own ones are written in a file for "apply"',
      examples: [{ does: 'What does a built-in role allow?', run: 'moorage role get namespace-admin' }],
    },
    [list(io), get, deleteOne],
  ).alias('roles')
}
