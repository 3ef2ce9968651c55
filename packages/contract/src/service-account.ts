import { z } from 'zod'
import { SubjectName } from './access.ts'
import { Instant } from './common.ts'

export const WriteServiceAccount = z
  .strictObject({ name: SubjectName, description: z.string().max(500).default('') })
  .meta({ id: 'WriteServiceAccount', examples: [{ name: 'ci', description: 'Deploys the shop' }] })
export type WriteServiceAccount = z.infer<typeof WriteServiceAccount>

/** A machine that has rights of its own. It has tokens and no password. */
export const ServiceAccount = z
  .object({
    name: SubjectName,
    description: z.string(),
    createdAt: Instant,
    tokens: z.int().describe('Tokens that are neither revoked nor expired'),
  })
  .meta({ id: 'ServiceAccount' })
export type ServiceAccount = z.infer<typeof ServiceAccount>
