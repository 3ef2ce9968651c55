import { z } from 'zod'
import { AuditBody, AuditBodyPolicy } from '../audit-body.ts'
import { ClusterRef } from '../common.ts'
import { route } from './route.ts'

const tags = ['audit']
const Policy = z.object({ policy: AuditBodyPolicy })

export const auditBodies = {
  get: route
    .meta({ errors: ['not_found'] })
    .route({
      method: 'GET',
      path: '/audit-bodies/{request}',
      tags,
      summary: 'The body of a request to a cluster',
      description:
        'Only of clusters whose policy says so, and of what changes something. What could be secret was masked before it was stored.',
    })
    .input(z.strictObject({ request: z.string().min(1).max(100).describe('Id of the request') }))
    .output(AuditBody),
  policy: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}/audit-bodies',
      tags,
      summary: 'Whether bodies of requests to a cluster are kept',
      description: 'They are not, unless this says so.',
    })
    .input(ClusterRef.strict())
    .output(Policy),
  setPolicy: route
    .route({
      method: 'PUT',
      path: '/clusters/{cluster}/audit-bodies',
      tags,
      summary: 'Say whether bodies of requests to a cluster are kept',
      description: 'For requests that begin a second later.',
    })
    .input(ClusterRef.extend({ policy: AuditBodyPolicy }).strict())
    .output(Policy),
}
