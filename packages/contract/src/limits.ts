import { z } from 'zod'
import { SubjectName } from './access.ts'
import { Instant, Name } from './common.ts'
import { HoursError, parseHours } from './hours.ts'

/** How somebody's requests come to a cluster. */
export const Way = z
  .enum(['cli', 'console', 'web-terminal'])
  .describe('cli: by kubectl or another program with a token; console: in a browser')
export type Way = z.infer<typeof Way>

/** Hours that can be read. */
export const HoursText = z
  .string()
  .max(200)
  .superRefine((text, context) => {
    try {
      parseHours(text)
    } catch (error) {
      if (!(error instanceof HoursError)) throw error
      context.addIssue({ code: 'custom', message: error.message })
    }
  })
  .describe('Days, a span of time and a time zone; a span whose end is not above its start ends on the day after')

const several = 100

/** When, from where and by what something may be used. Nothing said is no limit. */
export const Limits = z
  .strictObject({
    noCli: z.boolean().default(false).describe('No kubectl or other client of Kubernetes, and no kubeconfig'),
    noWebTerminal: z.boolean().default(false).describe('No terminals in the console'),
    hours: z.array(HoursText).max(several).default([]).describe('Only in these hours; any of them will do'),
    from: z
      .array(z.string().min(1).max(64))
      .max(several)
      .default([])
      .describe('Only from these addresses, or ranges of them'),
  })
  .meta({
    id: 'Limits',
    examples: [{ noCli: true, hours: ['Mon-Fri 08:00-18:00 Europe/Berlin'], from: ['10.0.0.0/8', 'fd00::/8'] }],
  })
export type Limits = z.infer<typeof Limits>

/** What can have limits. */
export const LimitedKind = z.enum(['cluster', 'user', 'group', 'service-account'])
export type LimitedKind = z.infer<typeof LimitedKind>

/** Of what the limits are. */
export const Limited = z.object({
  kind: LimitedKind,
  name: z.union([Name, SubjectName]).describe('Name of the cluster, user, group or service account'),
})
export type Limited = z.infer<typeof Limited>

/** Limits of something, and who set them. */
export const SetLimits = z
  .object({
    ...Limited.shape,
    ...Limits.shape,
    setAt: Instant.nullable().describe('null where there are none'),
    setBy: z.string().nullable(),
  })
  .meta({ id: 'SetLimits' })
export type SetLimits = z.infer<typeof SetLimits>

/** Whether they say nothing. */
export const isUnlimited = ({ noCli, noWebTerminal, hours, from }: Limits): boolean =>
  !noCli && !noWebTerminal && hours.length + from.length === 0

/** Limits as people write them in a file: under `user/ada`, `cluster/prod` and so on. */
export const WriteLimits = z.strictObject({
  name: z
    .string()
    .regex(/^(cluster|user|group|service-account)\/[a-z0-9._@:+-]{1,100}$/, 'must be like cluster/prod or user/ada'),
  ...Limits.shape,
})
export type WriteLimits = z.infer<typeof WriteLimits>
