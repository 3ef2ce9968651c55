import { z } from 'zod'
import { AccessName } from '../access.ts'
import { AuditForward, ChangeAuditForward, WriteAuditForward } from '../audit-forward.ts'
import { route } from './route.ts'

const tags = ['audit']
const Ref = z.object({ forward: AccessName.describe('Name of the target') })
const known = route.meta({ errors: ['not_found'] })

export const auditForwards = {
  list: route
    .route({
      method: 'GET',
      path: '/audit-forwards',
      tags,
      summary: 'Where the audit log is sent to, and how far',
      description: 'Without what is secret of them.',
    })
    .output(z.object({ items: z.array(AuditForward) })),
  put: route
    .route({
      method: 'PUT',
      path: '/audit-forwards/{forward}',
      tags,
      summary: 'Send the audit log somewhere, or change how',
      description:
        'Lines are sent in their order, within a second or two, each at least once: after a failure some may come twice, and `seq` tells. Secrets are kept for the host that they were given for: with another one they have to be given again.',
    })
    .meta({ errors: ['address_not_allowed'] })
    .input(Ref.extend(WriteAuditForward.omit({ name: true }).shape).strict())
    .output(AuditForward),
  update: known
    .route({
      method: 'PATCH',
      path: '/audit-forwards/{forward}',
      tags,
      summary: 'Stop sending, go on, or begin elsewhere',
      description: 'One that goes on does so where it stopped, if those lines are still there.',
    })
    .input(Ref.extend(ChangeAuditForward.shape).strict())
    .output(AuditForward),
  delete: known
    .route({
      method: 'DELETE',
      path: '/audit-forwards/{forward}',
      tags,
      summary: 'Send the audit log there no more',
      description: 'Its place is forgotten, and its secrets with it.',
    })
    .input(Ref.strict())
    .output(z.object({ deleted: z.string() })),
  test: route
    .meta({ errors: ['not_found', 'forward_failed'] })
    .route({
      method: 'POST',
      path: '/audit-forwards/{forward}/test',
      tags,
      summary: 'Send a line to try a target',
      description: 'Its number is 0, its action `auditForwards.test`. It does not wait for its turn.',
    })
    .input(Ref.strict())
    .output(z.object({ durationMs: z.int() })),
}
