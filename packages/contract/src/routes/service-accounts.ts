import { z } from 'zod'
import { SubjectName } from '../access.ts'
import { ServiceAccount, WriteServiceAccount } from '../service-account.ts'
import { route } from './route.ts'

const tags = ['users']
const Ref = z.object({ serviceAccount: SubjectName.describe('Name of the service account') })

export const serviceAccounts = {
  list: route
    .route({
      method: 'GET',
      path: '/service-accounts',
      tags,
      summary: 'List service accounts',
      description: 'Machines that have rights of their own, by name.',
    })
    .output(z.object({ items: z.array(ServiceAccount) })),
  put: route
    .route({
      method: 'PUT',
      path: '/service-accounts/{serviceAccount}',
      tags,
      summary: 'Make or change a service account',
      description: 'It has no token yet: make one with POST /tokens.',
    })
    .input(Ref.extend(WriteServiceAccount.omit({ name: true }).shape).strict())
    .output(ServiceAccount),
  delete: route
    .route({
      method: 'DELETE',
      path: '/service-accounts/{serviceAccount}',
      tags,
      summary: 'Delete a service account',
      description:
        'With its tokens; what they have open is cut within 2 s. Its name is taken out of bindings and requests for roles, so that whatever has it next inherits nothing.',
    })
    .meta({ errors: ['not_found', 'too_much_power'] })
    .input(Ref.strict())
    .output(
      z.object({
        deleted: z.string(),
        bindings: z.array(z.string()).describe('Bindings that named it; those that named nobody else are gone'),
      }),
    ),
}
