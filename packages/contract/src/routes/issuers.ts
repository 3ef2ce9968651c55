import { z } from 'zod'
import { AccessName } from '../access.ts'
import { Issuer, WriteIssuer } from '../issuer.ts'
import { route } from './route.ts'

const tags = ['users']
const Ref = z.object({ issuer: AccessName.describe('Name of the issuer') })

export const issuers = {
  list: route
    .route({
      method: 'GET',
      path: '/issuers',
      tags,
      summary: 'List issuers',
      description: 'OpenID Connect issuers that people can sign in at, without the secrets of their clients.',
    })
    .output(z.object({ items: z.array(Issuer) })),
  put: route
    .route({
      method: 'PUT',
      path: '/issuers/{issuer}',
      tags,
      summary: 'Add or change an issuer',
      description:
        'The hub reads the issuer’s discovery document first. Only who may do everything can do this, as an issuer says who is who and in which groups.',
    })
    .meta({ errors: ['issuer_failed', 'subject_exists'] })
    .input(Ref.extend(WriteIssuer.omit({ name: true }).shape).strict())
    .output(Issuer),
  delete: route
    .route({
      method: 'DELETE',
      path: '/issuers/{issuer}',
      tags,
      summary: 'Remove an issuer',
      description:
        'Nobody can sign in there any more. Its users stay, with their rights; their sessions and tokens end, and what they have open is cut within 2 s.',
    })
    .meta({ errors: ['not_found'] })
    .input(Ref.strict())
    .output(
      z.object({
        deleted: z.string(),
        sessions: z.int().describe('Sessions of browsers that were ended'),
        tokens: z.int().describe('Tokens that were revoked'),
      }),
    ),
}
