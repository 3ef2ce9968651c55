import { z } from 'zod'
import { SubjectName } from './access.ts'
import { Instant } from './common.ts'

export const WriteGroup = z
  .strictObject({
    name: SubjectName,
    description: z.string().max(500).default(''),
    members: z.array(SubjectName).max(10_000).default([]).describe('Names of users'),
  })
  .meta({ id: 'WriteGroup', examples: [{ name: 'payments', members: ['ada', 'grace'] }] })
export type WriteGroup = z.infer<typeof WriteGroup>

/** Users of the hub under one name. An issuer’s groups need no entry here. */
export const Group = z.object({ ...WriteGroup.shape, createdAt: Instant }).meta({ id: 'Group' })
export type Group = z.infer<typeof Group>
