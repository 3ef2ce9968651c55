import { z } from 'zod'
import { CreateSession, Session } from '../hub.ts'
import { route } from './route.ts'

const tags = ['session']

/** Sign-in for browsers: a token is turned into a cookie that scripts can't read. */
export const sessions = {
  create: route
    .route({
      method: 'POST',
      path: '/session',
      tags,
      summary: 'Sign in with a token',
      description:
        'Sets a cookie that is HttpOnly and SameSite=Strict. Requests that change something and come with the cookie must have the hub’s own Origin. Needs no other credential than the token in the body.',
      successStatus: 201,
      successDescription: 'Signed in; the cookie is set',
      spec: operation => ({ ...operation, security: [] }),
    })
    .input(CreateSession)
    .output(Session),
  end: route
    .route({
      method: 'DELETE',
      path: '/session',
      tags,
      summary: 'Sign out',
      description: 'Ends the session of the cookie that came with the request, if there is one, and clears the cookie.',
    })
    .output(z.object({ ended: z.boolean().describe('Whether the request came with a session') })),
}
