import { AskedAccess, ExplainAccess, Explanation, WhoCan } from '../explain.ts'
import { route } from './route.ts'

const tags = ['access']

export const access = {
  explain: route
    .route({
      method: 'GET',
      path: '/access/explain',
      tags,
      summary: 'Why somebody may do something in a cluster, or not',
      description:
        'Asks the hub’s rules, the limits of now and the cluster’s mode, and names the binding and rule that decides. What these allow, a cluster in full mode is asked about too, without changing anything there. Without `as` it is about the asker.',
    })
    .meta({ errors: ['cluster_not_found'] })
    .input(ExplainAccess)
    .output(Explanation),
  whoCan: route
    .route({
      method: 'GET',
      path: '/access/who-can',
      tags,
      summary: 'Who may do something in a cluster',
      description: 'The users, groups and service accounts that a binding lets do it, each with the binding and rule.',
    })
    .meta({ errors: ['cluster_not_found'] })
    .input(AskedAccess)
    .output(WhoCan),
}
