import { z } from 'zod'
import { Instant } from './common.ts'

export const AuditBodyPolicy = z
  .enum(['off', 'changes'])
  .describe('changes: of requests that change something the body is kept, with what could be secret masked')
export type AuditBodyPolicy = z.infer<typeof AuditBodyPolicy>

export const AuditBody = z
  .object({
    requestId: z.string(),
    at: Instant,
    cluster: z.string().describe('Id of the cluster'),
    type: z.string().describe('Media type that it was sent as'),
    bytes: z.int().describe('Size that it was sent with'),
    text: z.string().nullable().describe('JSON, with what could be secret masked; null where it could not be read'),
    note: z.string().nullable().describe('Why there is nothing, or not all of it'),
  })
  .meta({ id: 'AuditBody' })
export type AuditBody = z.infer<typeof AuditBody>
