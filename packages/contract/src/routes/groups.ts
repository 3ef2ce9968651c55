import { z } from 'zod'
import { SubjectName } from '../access.ts'
import { Group, WriteGroup } from '../group.ts'
import { route } from './route.ts'

const tags = ['access']
const GroupRef = z.object({ group: SubjectName.describe('Name of the group') })

export const groups = {
  list: route
    .route({
      method: 'GET',
      path: '/groups',
      tags,
      summary: 'List groups',
      description: 'Local groups with their members. Groups that an issuer names at sign-in are not listed.',
    })
    .output(z.object({ items: z.array(Group) })),
  put: route
    .route({
      method: 'PUT',
      path: '/groups/{group}',
      tags,
      summary: 'Make or change a group',
      description:
        'Whoever joins has what is bound to the group, so nobody can add members to one that may do more than they.',
    })
    .meta({ errors: ['too_much_power'] })
    .input(GroupRef.extend(WriteGroup.omit({ name: true }).shape).strict())
    .output(Group),
  delete: route
    .route({
      method: 'DELETE',
      path: '/groups/{group}',
      tags,
      summary: 'Delete a group',
      description: 'What its members had by it ends within 2 s. Bindings that name it stay.',
    })
    .meta({ errors: ['not_found', 'too_much_power'] })
    .input(GroupRef.strict())
    .output(z.object({ deleted: z.string() })),
}
