import { z } from 'zod'
import { CreateSession, OwnOnly, Session } from '../hub.ts'
import { PasswordSignIn, SessionEntry } from '../sign-in.ts'
import { route } from './route.ts'

const tags = ['session']

/** Sign-in for browsers: a token or a password is turned into a cookie that scripts can't read. */
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
  password: route
    .route({
      method: 'POST',
      path: '/session/password',
      tags,
      summary: 'Sign in with a password',
      description:
        'For local users. Sets the cookie as signing in with a token does. After several wrong passwords the name has to wait, longer each time, whether or not there is such a user.',
      successStatus: 201,
      successDescription: 'Signed in; the cookie is set',
      spec: operation => ({ ...operation, security: [] }),
    })
    .meta({ errors: ['password_change_required'] })
    .input(PasswordSignIn)
    .output(Session),
  list: route
    .route({
      method: 'GET',
      path: '/sessions',
      tags,
      summary: 'List sessions',
      description: 'Browsers that somebody is signed in with: your own, or everybody’s for who may list sessions.',
    })
    .input(OwnOnly.strict())
    .output(z.object({ items: z.array(SessionEntry) })),
  endOne: route
    .route({
      method: 'DELETE',
      path: '/sessions/{id}',
      tags,
      summary: 'End a session',
      description: 'Your own, or anybody’s for who may delete sessions. What it has open is cut within 2 s.',
    })
    .meta({ errors: ['not_found'] })
    .input(z.strictObject({ id: z.string().min(1).max(100).describe('Id of the session') }))
    .output(z.object({ ended: z.string() })),
  end: route
    .route({
      method: 'DELETE',
      path: '/session',
      tags,
      summary: 'Sign out',
      description: 'Ends the session of the cookie that came with the request, if there is one, and clears the cookie.',
    })
    .output(
      z.object({
        ended: z.boolean().describe('Whether the request came with a session'),
        signOutUrl: z.string().nullable().describe('Where to sign out of the issuer too, where it offers that'),
      }),
    ),
}
