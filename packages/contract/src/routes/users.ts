import { z } from 'zod'
import { SubjectName } from '../access.ts'
import { CreatedUser, CreateUser, NewPassword, PasswordReset, Revocation, User, WriteUser } from '../user.ts'
import { route } from './route.ts'

const tags = ['users']
const UserRef = z.object({ user: SubjectName.describe('Name of the user') })

export const users = {
  list: route
    .route({
      method: 'GET',
      path: '/users',
      tags,
      summary: 'List users',
      description: 'Everybody who can sign in or could, by name.',
    })
    .output(z.object({ items: z.array(User) })),
  get: route
    .route({
      method: 'GET',
      path: '/users/{user}',
      tags,
      summary: 'Get a user',
      description: 'One user by their name.',
    })
    .meta({ errors: ['not_found'] })
    .input(UserRef.strict())
    .output(User),
  create: route
    .route({
      method: 'POST',
      path: '/users',
      tags,
      summary: 'Make a local user',
      description:
        'With a password that has to be changed at the first sign-in. Where bindings wait for somebody of this name, who makes them has to be allowed what those give.',
      successStatus: 201,
      successDescription: 'The user was made',
    })
    .meta({ errors: ['subject_exists', 'too_much_power'] })
    .input(CreateUser)
    .output(CreatedUser),
  put: route
    .route({
      method: 'PUT',
      path: '/users/{user}',
      tags,
      summary: 'Write down a local user, or change what is written of one',
      description:
        'One that is new has no password and can not sign in before it is reset. Who makes them has to be allowed what bindings give to somebody of this name.',
    })
    .meta({ errors: ['not_local', 'too_much_power'] })
    .input(UserRef.extend(WriteUser.omit({ name: true }).shape).strict())
    .output(User),
  disable: route
    .route({
      method: 'POST',
      path: '/users/{user}/disable',
      tags,
      summary: 'Disable a user',
      description:
        'None of their credentials is taken any more, and what they have open is cut within 2 s. Their sessions and tokens are good again when they are enabled.',
    })
    .meta({ errors: ['not_found'] })
    .input(UserRef.extend({ because: z.string().max(500).default('') }).strict())
    .output(User),
  enable: route
    .route({
      method: 'POST',
      path: '/users/{user}/enable',
      tags,
      summary: 'Enable a user',
      description: 'Takes a disabling back, and a lock-out.',
    })
    .meta({ errors: ['not_found', 'too_much_power'] })
    .input(UserRef.strict())
    .output(User),
  resetPassword: route
    .route({
      method: 'POST',
      path: '/users/{user}/password',
      tags,
      summary: 'Reset a local user’s password',
      description:
        'It has to be changed at the next sign-in. Their sessions end, and so do their tokens, unless those are kept: whoever knew the password may have made some. Who resets it has to be allowed what the user may, as they could now sign in as them.',
    })
    .meta({ errors: ['not_found', 'not_local', 'too_much_power'] })
    .input(
      UserRef.extend({
        password: NewPassword.optional(),
        keepTokens: z.boolean().default(false).describe('Whether the tokens that they made stay good'),
      }).strict(),
    )
    .output(PasswordReset),
  delete: route
    .route({
      method: 'DELETE',
      path: '/users/{user}',
      tags,
      summary: 'Delete a user',
      description:
        'With their sessions and tokens. Their name is taken out of bindings, groups and requests for roles, so that whoever has it next inherits nothing.',
    })
    .meta({ errors: ['not_found', 'too_much_power'] })
    .input(UserRef.strict())
    .output(
      z.object({
        deleted: z.string(),
        bindings: z.array(z.string()).describe('Bindings that named them; those that named nobody else are gone'),
        groups: z.array(z.string()).describe('Local groups that they were in'),
      }),
    ),
  revoke: route
    .route({
      method: 'POST',
      path: '/users/{user}/revoke',
      tags,
      summary: 'Take everything back from a user at once',
      description:
        'Disables them, ends their sessions, revokes their tokens for good and cuts what they have open, on every replica within 2 s.',
    })
    .meta({ errors: ['not_found'] })
    .input(UserRef.extend({ because: z.string().max(500).default('') }).strict())
    .output(Revocation),
}
