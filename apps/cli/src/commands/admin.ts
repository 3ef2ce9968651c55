import { group } from '../define.ts'
import type { Io } from '../io.ts'
import { resetToken } from './admin/reset-token.ts'

/** `moorage admin` */
export const admin = (io: Io) =>
  group(
    'admin',
    {
      summary: 'What only the operator of a hub can do, on its own machine',
      examples: [{ does: 'The admin token was lost', run: 'moorage admin reset-token --data ./moorage-data' }],
    },
    [resetToken(io)],
  )
