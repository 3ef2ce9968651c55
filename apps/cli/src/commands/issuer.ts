import { group } from '../define.ts'
import type { Io } from '../io.ts'
import { add } from './issuer/add.ts'
import { deleteIssuer } from './issuer/delete.ts'
import { list } from './issuer/list.ts'

/** `moorage issuer` */
export const issuer = (io: Io) =>
  group(
    'issuer',
    {
      summary: 'OpenID Connect issuers that people sign in at',
      examples: [
        {
          does: 'Add one',
          run: 'moorage issuer add corp --url https://id.example.org --client-id moorage --client-secret-file secret',
        },
        { does: 'Which are there?', run: 'moorage issuer list' },
      ],
    },
    [list(io), add(io), deleteIssuer(io)],
  ).alias('issuers')
