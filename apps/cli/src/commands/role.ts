import { group as holding } from '../define.ts'
import type { Io } from '../io.ts'
import { deleteOne } from './role/delete.ts'
import { get } from './role/get.ts'
import { list } from './role/list.ts'

/** `moorage role` */
export const role = (io: Io) =>
  holding(
    'role',
    {
      summary: 'Roles: what may be done with Moorage and in clusters; own ones are written in a file for "apply"',
      examples: [{ does: 'What does a built-in role allow?', run: 'moorage role get namespace-admin' }],
    },
    [list(io), get(io), deleteOne(io)],
  ).alias('roles')
