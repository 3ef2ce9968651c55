import { group } from '../define.ts'
import type { Io } from '../io.ts'
import { explain } from './access/explain.ts'
import { whoCan } from './access/who-can.ts'

/** `moorage access` */
export const access = (io: Io) =>
  group(
    'access',
    {
      summary: 'Why somebody may do something in a cluster, and who may',
      examples: [{ does: 'May I?', run: 'moorage access explain --cluster prod get secrets -n shop' }],
    },
    [explain(io), whoCan(io)],
  )
