import { group } from '../define.ts'
import type { Io } from '../io.ts'
import { limit } from './limit.ts'
import { create } from './user/create.ts'
import { deleteUser } from './user/delete.ts'
import { disable } from './user/disable.ts'
import { enable } from './user/enable.ts'
import { get } from './user/get.ts'
import { list } from './user/list.ts'
import { resetPassword } from './user/reset-password.ts'
import { revoke } from './user/revoke.ts'

/** `moorage user` */
export const user = (io: Io) =>
  group(
    'user',
    {
      summary: 'People who can sign in',
      examples: [
        { does: 'Make a local user', run: 'moorage user create ada' },
        { does: 'Somebody has left', run: 'moorage user revoke ada' },
      ],
    },
    [
      list(io),
      get(io),
      create(io),
      disable(io),
      enable(io),
      resetPassword(io),
      revoke(io),
      limit(io, 'user'),
      deleteUser(io),
    ],
  ).alias('users')
