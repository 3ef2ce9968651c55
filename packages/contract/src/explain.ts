import { z } from 'zod'
import { Subject, SubjectName } from './access.ts'
import { ActsAs } from './cluster.ts'
import { Instant } from './common.ts'
import { Way } from './limits.ts'
import { RecordingPolicy } from './recording.ts'

/** A request to a cluster that is asked about, in the words of kubectl. */
export const AskedAccess = z.strictObject({
  cluster: z.string().min(1).max(63).describe('Id or name of the cluster'),
  verb: z.string().min(1).max(63).describe('get, list, watch, create, update, patch, delete, …'),
  resource: z.string().min(1).max(253).optional().describe('Such as pods'),
  apiGroup: z.string().max(253).default('').describe('Empty for the core group'),
  subresource: z.string().min(1).max(253).optional(),
  name: z.string().min(1).max(253).optional(),
  namespace: z.string().min(1).max(63).optional().describe('Left out: all namespaces, or what is in none'),
  path: z.string().min(1).max(253).startsWith('/').optional().describe('A path that is no resource, instead of one'),
})
export type AskedAccess = z.infer<typeof AskedAccess>

export const ExplainAccess = AskedAccess.extend({
  as: SubjectName.optional().describe('Whom it is about; left out: the asker'),
  asKind: z.enum(['user', 'service-account']).default('user'),
  way: Way.default('cli').describe('How they would come'),
  from: z.string().max(64).optional().describe('Address that they would come from; left out, that is not judged'),
  groups: z.string().max(2000).optional().describe('Groups that their issuer names, with commas; local ones are known'),
})
export type ExplainAccess = z.infer<typeof ExplainAccess>

export const Explanation = z
  .object({
    allowed: z.boolean(),
    because: z.string(),
    wall: z
      .enum(['hub-rule', 'limit', 'mode', 'member-rbac'])
      .nullable()
      .describe(
        'What stands in the way: the hub’s rules, a limit, the cluster’s mode, or its own RBAC; null where nothing does',
      ),
    actsAs: ActsAs.nullable().describe('In whose name the cluster would be asked; null where that is not known now'),
    binding: z.string().nullable(),
    role: z.string().nullable(),
    rule: z
      .string()
      .nullable()
      .describe('Which rule of the role, such as kubernetes[2], or which limit, such as limits.cluster.hours'),
    recording: RecordingPolicy.nullable().describe('Whether the session would be recorded; null where it is none'),
    subject: z.object({ kind: z.string(), name: z.string(), groups: z.array(z.string()) }),
  })
  .meta({ id: 'Explanation' })
export type Explanation = z.infer<typeof Explanation>

export const WhoCan = z
  .object({
    items: z.array(
      z.object({
        subject: Subject,
        binding: z.string(),
        role: z.string(),
        rule: z.string(),
        expiresAt: Instant.nullable(),
      }),
    ),
    because: z.string().nullable().describe('Why nobody may, where the cluster’s mode forbids it to all'),
  })
  .meta({ id: 'WhoCan' })
export type WhoCan = z.infer<typeof WhoCan>
