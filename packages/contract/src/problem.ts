import { z } from 'zod'
import { ObjectRef } from './cluster.ts'
import { type ErrorCode, errorTable } from './errors.ts'

/** An RFC 9457 problem document, the body of every answer with a status of 400 or more. */
export const Problem = z
  .object({
    type: z.string().describe('URI reference of the kind of problem'),
    title: z.string().describe('The kind of problem, the same for each occurrence'),
    status: z.int(),
    code: z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]).describe('Stable name of the kind of problem'),
    detail: z.string().describe('A sentence: what failed and why'),
    fix: z.string().optional().describe('What would be right, or what to do next'),
    step: z.string().optional().describe('The step that failed, where the operation has several'),
    instance: z.string().optional().describe('Id of this request, as in the hub’s log'),
    fields: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('The parts of the request that are wrong'),
    choices: z.array(z.string()).optional().describe('The values that would be accepted'),
    removal: z
      .object({ instance: z.string(), objects: z.array(ObjectRef) })
      .optional()
      .describe('With agent_removed: what the agent takes out of its cluster before it removes itself'),
    cluster: z.string().optional().describe('Name of the cluster that the problem is about'),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>
