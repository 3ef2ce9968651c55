import { z } from 'zod'
import { Page, pageOf } from '../common.ts'
import { CreatedToken, CreateToken, OwnOnly, Token } from '../hub.ts'
import { route } from './route.ts'

const tags = ['tokens']

export const tokens = {
  list: route
    .route({
      method: 'GET',
      path: '/tokens',
      tags,
      summary: 'List tokens',
      description:
        'Tokens that were not revoked, without their secrets, oldest first: your own, or everybody’s for who may list tokens.',
    })
    .input(Page.extend(OwnOnly.shape).strict())
    .output(pageOf(Token)),
  create: route
    .route({
      method: 'POST',
      path: '/tokens',
      tags,
      summary: 'Make a token',
      description:
        'For a service account, or for who asks. The answer is the only place where the token is ever shown: the hub keeps a hash.',
      successStatus: 201,
      successDescription: 'The token was made',
    })
    .meta({ errors: ['not_found', 'cluster_not_found', 'too_much_power'] })
    .input(CreateToken)
    .output(CreatedToken),
  revoke: route
    .route({
      method: 'DELETE',
      path: '/tokens/{id}',
      tags,
      summary: 'Revoke a token',
      description: 'Your own, or anybody’s for who may delete tokens. Ends its sessions and open streams within 2 s.',
    })
    .meta({ errors: ['not_found'] })
    .input(z.strictObject({ id: z.string().min(1).max(100).describe('Id of the token') }))
    .output(z.object({ revoked: z.string().describe('Id of the token') })),
}
