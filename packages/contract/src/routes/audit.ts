import { AuditHead, AuditLine, AuditQuery, AuditVerdict, AuditVerifyQuery } from '../audit.ts'
import { pageOf } from '../common.ts'
import { route } from './route.ts'

export const audit = {
  list: route
    .route({
      method: 'GET',
      path: '/audit',
      tags: ['audit'],
      summary: 'Read the audit log, newest first',
      description:
        'What changes something leaves two lines, one before it begins and one with how it ended; what only reads, and every refusal, leaves one. Bodies and credentials are never in them. Who has the right in some clusters only gets the lines of those.',
    })
    .input(AuditQuery.strict())
    .output(pageOf(AuditLine)),
  head: route
    .route({
      method: 'GET',
      path: '/audit/head',
      tags: ['audit'],
      summary: 'The newest line, signed',
      description:
        'Keep it outside of the hub. Verifying the log against it shows whether anything before it was changed, or cut off.',
    })
    .output(AuditHead),
  verify: route
    .route({
      method: 'GET',
      path: '/audit/verify',
      tags: ['audit'],
      summary: 'Verify a part of the audit log',
      description:
        'Looks whether lines were changed, taken out, put in, moved or cut off at the end, a part at a time: ask again with `next` as `after` until it is null.',
    })
    .input(AuditVerifyQuery)
    .output(AuditVerdict),
}
