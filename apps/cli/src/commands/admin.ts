import { group } from '../define.ts'
import type { Io } from '../io.ts'
import { resetToken } from './admin/reset-token.ts'
import { rotateKey } from './admin/rotate-key.ts'

/** `moorage admin` */
export const admin = (io: Io) =>
  group(
    'admin',
    {
      summary: 'What only the operator of a hub can do, on its own machine',
      examples: [
        { does: 'The admin token was lost', run: 'moorage admin reset-token --data ./moorage-data' },
        { does: 'The sealing key is old, or somebody saw it', run: 'moorage admin rotate-key --data ./moorage-data' },
      ],
    },
    [resetToken(io), rotateKey(io)],
  )
