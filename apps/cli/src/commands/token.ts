import { group } from '../define.ts'
import type { Io } from '../io.ts'
import { create } from './token/create.ts'
import { list } from './token/list.ts'
import { revoke } from './token/revoke.ts'

/** `moorage token` */
export const token = (io: Io) =>
  group(
    'token',
    {
      summary: 'Make, list and revoke tokens of the hub',
      examples: [
        { does: 'Make one for a pipeline', run: 'moorage token create ci --service-account ci --ttl 90d' },
        { does: 'See which there are', run: 'moorage token list' },
      ],
    },
    [list(io), create(io), revoke(io)],
  ).alias('tokens')
