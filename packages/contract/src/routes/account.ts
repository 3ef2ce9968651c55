import { z } from 'zod'
import { Account, ChangePassword } from '../sign-in.ts'
import { route } from './route.ts'

const tags = ['session']

export const account = {
  get: route
    .route({
      method: 'GET',
      path: '/account',
      tags,
      summary: 'Your account',
      description: 'Who you are here and where you sign in.',
    })
    .output(Account),
  changePassword: route
    .route({
      method: 'POST',
      path: '/account/password',
      tags,
      summary: 'Change your password',
      description: 'Ends your other sessions.',
    })
    .meta({ errors: ['not_local'] })
    .input(ChangePassword)
    .output(z.object({ changed: z.literal(true) })),
}
