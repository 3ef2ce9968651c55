import { AuditLine, AuditQuery } from '../audit.ts'
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
        'Every change leaves two lines, one before it begins and one with how it ended; every refusal leaves one. Reading leaves none. Nothing secret is in them.',
    })
    .input(AuditQuery.strict())
    .output(pageOf(AuditLine)),
}
