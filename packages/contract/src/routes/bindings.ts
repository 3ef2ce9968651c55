import { z } from 'zod'
import { AccessName, Binding, SubjectName, WriteBinding } from '../access.ts'
import { Name } from '../common.ts'
import { route } from './route.ts'

const tags = ['access']
const BindingRef = z.object({ binding: AccessName.describe('Name of the binding') })

export const bindings = {
  list: route
    .route({
      method: 'GET',
      path: '/bindings',
      tags,
      summary: 'List bindings',
      description: 'The bindings of the places whose bindings the asker may list, by name.',
    })
    .input(
      z.strictObject({
        role: AccessName.optional().describe('Only of this role'),
        subject: SubjectName.optional().describe('Only those that name this user, group or service account'),
        project: Name.optional().describe('Only those at the scope of this project'),
      }),
    )
    .output(z.object({ items: z.array(Binding) })),
  put: route
    .route({
      method: 'PUT',
      path: '/bindings/{binding}',
      tags,
      summary: 'Make or change a binding',
      description:
        'It counts within 2 s on every replica of the hub. Nobody can give out more than they may do in that place themselves, nor for longer.',
    })
    .meta({ errors: ['not_found', 'too_much_power'] })
    .input(BindingRef.extend(WriteBinding.omit({ name: true }).shape).strict())
    .output(Binding),
  delete: route
    .route({
      method: 'DELETE',
      path: '/bindings/{binding}',
      tags,
      summary: 'Delete a binding',
      description: 'New requests are refused, and streams that it had let through end, within 2 s.',
    })
    .meta({ errors: ['not_found', 'too_much_power'] })
    .input(BindingRef.strict())
    .output(z.object({ deleted: z.string() })),
}
