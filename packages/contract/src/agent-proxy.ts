import { z } from 'zod'

const HttpUrl = z
  .string()
  .max(2048)
  .regex(/^https?:\/\/[^\s/]+/, 'must be an http or https URL')

/** How the agent, and what it later runs, gets out of its network. */
export const AgentProxy = z
  .strictObject({
    http: HttpUrl.optional(),
    https: HttpUrl.optional().describe('What the agent dials the hub through'),
    no: z.string().max(4096).optional().describe('Hosts, suffixes and ranges that are dialled directly, with commas'),
  })
  .meta({ id: 'AgentProxy' })
export type AgentProxy = z.infer<typeof AgentProxy>
