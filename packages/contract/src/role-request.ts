import { z } from 'zod'
import { AccessName, Scope, Subject } from './access.ts'
import { Instant } from './common.ts'

/** s; what is needed for longer is a binding that somebody reviews. */
export const LONGEST_S = 30 * 86_400
export const SHORTEST_S = 60

const Seconds = z.int().min(SHORTEST_S).max(LONGEST_S)

/** Somebody asks for a role for some time. */
export const AskForRole = z
  .strictObject({
    role: AccessName,
    scope: Scope,
    seconds: Seconds.describe('For how long, from its approval on'),
    reason: z.string().trim().min(1).max(500),
  })
  .meta({
    id: 'AskForRole',
    examples: [
      { role: 'cluster-admin', scope: { kind: 'cluster', cluster: 'prod' }, seconds: 14_400, reason: 'INC-1234' },
    ],
  })
export type AskForRole = z.infer<typeof AskForRole>

export const Verdict = z.strictObject({ answer: z.string().trim().max(500).optional().describe('For whoever asked') })
export const Approval = Verdict.extend({ seconds: Seconds.optional().describe('Shorter than what was asked for') })

export const RoleRequestState = z.enum(['pending', 'approved', 'denied', 'withdrawn', 'expired'])
export type RoleRequestState = z.infer<typeof RoleRequestState>

export const RoleRequest = z
  .object({
    id: z.string(),
    subject: Subject,
    role: AccessName,
    scope: Scope,
    seconds: z.int(),
    reason: z.string(),
    state: RoleRequestState,
    createdAt: Instant,
    expiresAt: Instant.describe('Nobody can decide about it after this'),
    decidedAt: Instant.nullable(),
    decidedBy: z.string().nullable(),
    answer: z.string().nullable(),
    binding: z.string().nullable().describe('What it was approved by; it ends by itself'),
    mayDecide: z.boolean().describe('Whether the asker of this list can approve or deny it now'),
  })
  .meta({ id: 'RoleRequest' })
export type RoleRequest = z.infer<typeof RoleRequest>
