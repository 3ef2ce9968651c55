import { z } from 'zod'
import { Limited, LimitedKind, Limits, SetLimits } from '../limits.ts'
import { route } from './route.ts'

const tags = ['access']

export const limits = {
  list: route
    .route({
      method: 'GET',
      path: '/limits',
      tags,
      summary: 'List limits of clusters, users, groups and service accounts',
      description:
        'To whoever may list limits, all; to others those that hold for them: their own, and those of the clusters that they see. What has no limits is not listed.',
    })
    .input(
      z.strictObject({
        kind: LimitedKind.optional().describe('Only of these'),
        name: z.string().min(1).max(100).optional().describe('Only of what has this name; of a cluster also its id'),
      }),
    )
    .output(z.object({ items: z.array(SetLimits) })),
  put: route
    .route({
      method: 'PUT',
      path: '/limits/{kind}/{name}',
      tags,
      summary: 'Limit when, from where and by what something may be used',
      description:
        'Replaces the limits that there are; `{}` takes them away. They count within 2 s on every replica, also for what is under way. Limits of a cluster hold for what reaches it, those of a user, group or service account for everything that they do at the hub. Admin tokens stand above them. Nobody changes limits that hold for themselves as a user.',
    })
    .meta({ errors: ['cluster_not_found', 'too_much_power'] })
    .input(z.strictObject({ ...Limited.shape, ...Limits.shape }))
    .output(SetLimits),
}
