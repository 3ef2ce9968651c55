import { Mode } from '@moorage/contract/cluster.ts'
import { z } from 'zod'

/** What an agent says of itself, first of all on its link. Later versions may say more. */
export const Hello = z.object({
  type: z.literal('hello'),
  version: z.string().min(1).max(100),
  mode: Mode,
  namespace: z.string().max(63),
  pod: z.string().max(253),
  proxied: z.boolean().default(false),
  spares: z.int().min(0).max(256).default(4),
})
export type Hello = z.infer<typeof Hello>
