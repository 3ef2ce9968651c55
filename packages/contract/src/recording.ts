import { z } from 'zod'
import { Instant, Page } from './common.ts'

export const RecordingPolicy = z
  .enum(['record', 'record-or-refuse', 'off'])
  .describe('record-or-refuse: a session that can not be recorded does not begin, or ends')
export type RecordingPolicy = z.infer<typeof RecordingPolicy>

/** What a role says about the sessions that it allows. */
export const RoleRecording = RecordingPolicy.optional().describe(
  'For the sessions in pods that the role allows: stricter than what holds in the cluster, or off, which exempts from the hub’s own `record` alone',
)

const Typed = z.object({
  at: z.number().describe('Seconds since the start'),
  line: z.string().describe('A line that was sent off, as it stood on the screen'),
})

/** A recorded session, in a pod or at the kubectl prompt. */
export const Recording = z
  .object({
    id: z.string().describe('That of the request which began it'),
    startedAt: Instant,
    endedAt: Instant.nullable().describe('null while it goes on'),
    cluster: z.object({ id: z.string(), name: z.string() }),
    actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
    source: z.string(),
    kind: z.enum(['exec', 'attach', 'kubectl']).describe('kubectl: the prompt of the console'),
    namespace: z.string().describe('Empty at the prompt'),
    pod: z.string().describe('Empty at the prompt'),
    container: z.string().nullable().describe('null where the request named none'),
    command: z.array(z.string()),
    tty: z.boolean(),
    state: z
      .enum(['running', 'whole', 'cut'])
      .describe('cut: something is missing, or the session did not end by itself; `because` says why'),
    because: z.string().nullable(),
    exitCode: z.int().nullable(),
    bytes: z.int().describe('Size of what is stored'),
  })
  .meta({ id: 'Recording' })
export type Recording = z.infer<typeof Recording>

export const FoundRecording = Recording.extend({
  matches: z.array(Typed).describe('Lines that were typed and hold what was looked for'),
}).meta({ id: 'FoundRecording' })
export type FoundRecording = z.infer<typeof FoundRecording>

export const RecordingDetail = Recording.extend({
  typed: z.array(Typed).describe('Lines that were typed, or piped in where the session had no terminal'),
}).meta({ id: 'RecordingDetail' })
export type RecordingDetail = z.infer<typeof RecordingDetail>

export const RecordingsQuery = Page.extend({
  actor: z.string().max(200).optional().describe('Only of the one with this id or name'),
  cluster: z.string().max(63).optional().describe('Only in the cluster with this id or name'),
  namespace: z.string().max(63).optional(),
  pod: z.string().max(253).optional(),
  typed: z.string().min(1).max(200).optional().describe('Only where a typed line, or the command, has this in it'),
  since: Instant.optional().describe('Only what began from then on'),
  until: Instant.optional().describe('Only what began before then'),
}).strict()
export type RecordingsQuery = z.infer<typeof RecordingsQuery>

export const ClusterRecording = z
  .object({
    policy: RecordingPolicy.nullable().describe('null: as the hub is set'),
    effective: RecordingPolicy.describe('What holds'),
  })
  .meta({ id: 'ClusterRecording' })
export type ClusterRecording = z.infer<typeof ClusterRecording>
