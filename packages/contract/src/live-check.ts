import { z } from 'zod'
import { CheckStep, Connected } from './cluster.ts'
import { Problem } from './problem.ts'

/** One event of a check that tells its steps as they pass. The last one is `done` or `failed`. */
export const LiveCheck = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('step'), step: CheckStep }),
    z.object({ type: z.literal('done'), result: Connected }),
    z.object({ type: z.literal('failed'), problem: Problem }),
  ])
  .meta({ id: 'LiveCheck' })
export type LiveCheck = z.infer<typeof LiveCheck>

/** What a client accepts that wants the steps as they pass. */
export const LIVE_TYPE = 'text/event-stream'
