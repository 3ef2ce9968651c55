import { group } from '../define.ts'
import type { Io } from '../io.ts'
import { rotateCa } from './hub/rotate-ca.ts'

/** `moorage hub` */
export const hub = (io: Io) =>
  group(
    'hub',
    {
      summary: 'Look after a running hub',
      examples: [
        { does: 'Another CA, without losing an agent', run: 'moorage hub rotate-ca' },
        { does: 'Retire the one before', run: 'moorage hub rotate-ca --finish' },
      ],
    },
    [rotateCa(io)],
  )
