import { z } from 'zod'
import { AccessName, Role, WriteRole } from '../access.ts'
import { route } from './route.ts'

const tags = ['access']
const RoleRef = z.object({ role: AccessName.describe('Name of the role') })

export const roles = {
  list: route
    .route({
      method: 'GET',
      path: '/roles',
      tags,
      summary: 'List roles',
      description: 'The built-in roles and the custom ones, by name.',
    })
    .output(z.object({ items: z.array(Role) })),
  put: route
    .route({
      method: 'PUT',
      path: '/roles/{role}',
      tags,
      summary: 'Make or change a custom role',
      description:
        'It counts at once for everyone who is bound to it. Nobody can put into a role that is bound somewhere what they may not do there themselves.',
    })
    .meta({ errors: ['built_in', 'too_much_power'] })
    .input(RoleRef.extend(WriteRole.omit({ name: true }).shape).strict())
    .output(Role),
  delete: route
    .route({
      method: 'DELETE',
      path: '/roles/{role}',
      tags,
      summary: 'Delete a custom role',
      description: 'Refused while bindings use it.',
    })
    .meta({ errors: ['not_found', 'built_in', 'in_use'] })
    .input(RoleRef.strict())
    .output(z.object({ deleted: z.string() })),
}
