import { group } from '../define.ts'
import type { Io } from '../io.ts'
import { limit } from './limit.ts'
import { create } from './service-account/create.ts'
import { deleteServiceAccount } from './service-account/delete.ts'
import { list } from './service-account/list.ts'

/** `moorage service-account` */
export const serviceAccount = (io: Io) =>
  group(
    'service-account',
    {
      summary: 'Machines that have rights of their own',
      description: 'They sign in with tokens: "moorage token create NAME --service-account ACCOUNT".',
      examples: [
        { does: 'One for a pipeline', run: 'moorage service-account create ci' },
        { does: 'and a token for it', run: 'moorage token create pipeline --service-account ci --ttl 90d' },
      ],
    },
    [list(io), create(io), limit(io, 'service-account'), deleteServiceAccount(io)],
  ).aliases(['service-accounts', 'sa'])
