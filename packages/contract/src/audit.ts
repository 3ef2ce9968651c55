import { z } from 'zod'
import { Instant, Page } from './common.ts'

/** One line of the audit log: who did or tried what, and how it ended. */
export const AuditLine = z
  .object({
    seq: z.int().describe('Number of the line; never given twice'),
    at: Instant,
    actor: z
      .object({
        kind: z.enum(['user', 'service-account', 'token', 'system', 'anonymous']),
        id: z.string(),
        name: z.string(),
      })
      .describe('Who it was; anonymous where the request had no valid credential'),
    source: z.string().describe('Address that the request came from; empty where there was no request'),
    action: z.string().describe('Name of the operation, such as clusters.connect'),
    cluster: z.string().nullable().describe('Id of the cluster that it was about'),
    target: z.string().describe('What it was about, in the words of the request'),
    allowed: z.boolean(),
    because: z.string().describe('The rule that decided'),
    status: z
      .int()
      .nullable()
      .describe('HTTP status of the answer; null on the line that is written before a change begins'),
    requestId: z.string(),
    durationMs: z.int().nullable(),
    hash: z
      .string()
      .describe('Covers this line and the hash before it, so that no line can be changed or taken out unnoticed'),
  })
  .meta({ id: 'AuditLine' })
export type AuditLine = z.infer<typeof AuditLine>

export const AuditQuery = Page.extend({
  action: z
    .string()
    .max(100)
    .optional()
    .describe('Only this operation, or all of an area')
    .meta({ examples: ['clusters.connect', 'clusters'] }),
  actor: z.string().max(100).optional().describe('Only what the one with this id or name did'),
  since: Instant.optional().describe('Only lines from then on'),
  until: Instant.optional().describe('Only lines before then'),
})
export type AuditQuery = z.infer<typeof AuditQuery>
