import { Mode } from '@moorage/contract/cluster.ts'
import { z } from 'zod'
import { POD_NAME, VERSION } from '../said.ts'

const PROCESS = /^[\w-]{1,64}$/

/** What an agent says of itself, first of all on its link. Later versions may say more. */
export const Hello = z.object({
  type: z.literal('hello'),
  version: z.string().regex(VERSION),
  mode: Mode,
  namespace: z.string().regex(/^[-a-z0-9]{0,63}$/),
  pod: z.string().regex(POD_NAME),
  proxied: z.boolean().default(false),
  /** Of this start of the agent: a container that is restarted in its pod has the same name. */
  process: z.string().regex(PROCESS).optional(),
  /** That it dials at most. Older agents do not say it, and have this many. */
  connections: z.int().min(1).max(65_536).default(256),
  spares: z.int().min(0).max(256).default(4),
})
export type Hello = z.infer<typeof Hello>
