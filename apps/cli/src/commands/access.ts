import { group } from '../define.ts'
import type { Io } from '../io.ts'
import { approve } from './access/approve.ts'
import { deny } from './access/deny.ts'
import { explain } from './access/explain.ts'
import { request } from './access/request.ts'
import { requests } from './access/requests.ts'
import { whoCan } from './access/who-can.ts'
import { withdraw } from './access/withdraw.ts'

/** `moorage access` */
export const access = (io: Io) =>
  group(
    'access',
    {
      summary: 'Why somebody may do something in a cluster, who may, and requests for roles',
      examples: [
        { does: 'May I?', run: 'moorage access explain --cluster prod get secrets -n shop' },
        { does: 'What waits for my answer?', run: 'moorage access requests --state pending' },
      ],
    },
    [explain(io), whoCan(io), request(io), requests(io), approve(io), deny(io), withdraw(io)],
  )
