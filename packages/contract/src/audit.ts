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
    via: z
      .string()
      .nullable()
      .describe(
        'The credential: token/<id> or session/<id>; after web-terminal/ where a request to a cluster came by a terminal of the console',
      ),
    actsAs: z
      .string()
      .nullable()
      .describe(
        'In whose name the cluster was asked; null where it was the hub’s connection alone, and in the hub itself',
      ),
    client: z.string().nullable().describe('What the client calls itself'),
    verb: z.string().nullable(),
    apiGroup: z.string().nullable().describe('Empty for the core group of Kubernetes; null in the hub itself'),
    resource: z.string().nullable(),
    subresource: z.string().nullable(),
    namespace: z.string().nullable(),
    name: z.string().nullable().describe('Name of the object'),
    binding: z.string().nullable().describe('The binding that decided'),
    bytesIn: z.int().nullable().describe('Bytes of the body, or that a session sent'),
    bytesOut: z.int().nullable().describe('Bytes of the answer, or that a session was sent'),
    recording: z.string().nullable().describe('Id of the recording of the session'),
    hash: z
      .string()
      .describe('Covers this line and the hash before it, so that no line can be changed or taken out unnoticed'),
  })
  .meta({ id: 'AuditLine' })
export type AuditLine = z.infer<typeof AuditLine>

const filters = {
  action: z
    .string()
    .max(100)
    .optional()
    .describe('Only this operation, or all of an area')
    .meta({ examples: ['clusters.connect', 'clusters'] }),
  actor: z.string().max(200).optional().describe('Only what the one with this id or name did'),
  cluster: z.string().max(63).optional().describe('Only what was about the cluster with this id or name'),
  verb: z.string().max(100).optional().describe('Only this verb'),
  resource: z.string().max(253).optional().describe('Only this resource, such as pods'),
  namespace: z.string().max(63).optional().describe('Only this namespace'),
  name: z.string().max(512).optional().describe('Only objects of this name'),
  status: z
    .string()
    .regex(/^([1-5]\d\d|[1-5]xx)$/, 'must be an HTTP status, or a class of them such as 4xx')
    .optional()
    .describe('Only answers with this status')
    .meta({ examples: ['403', '5xx'] }),
  outcome: z.enum(['allowed', 'refused']).optional().describe('Only what the rules allowed, or refused'),
  request: z.string().max(100).optional().describe('Only the request with this id'),
  since: Instant.optional().describe('Only lines from then on'),
  until: Instant.optional().describe('Only lines before then'),
}

/** What lines are looked for by. */
export const AuditFilters = z.strictObject(filters)
export type AuditFilters = z.infer<typeof AuditFilters>

export const AuditQuery = Page.extend(filters)
export type AuditQuery = z.infer<typeof AuditQuery>

/** The newest line, signed by the hub: kept elsewhere, it shows whether the log was cut or written anew. */
export const AuditHead = z
  .object({
    instance: z.string(),
    seq: z.int(),
    hash: z.string(),
    at: Instant,
    publicKey: z.string().describe('Ed25519, as SPKI in base64'),
    signature: z.string().describe('Base64, of the JSON text ["moorage-audit",1,instance,"head",seq,hash,at]'),
  })
  .meta({ id: 'AuditHead' })
export type AuditHead = z.infer<typeof AuditHead>

export const AuditVerifyQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0).describe('`next` of the part before'),
  seq: z.coerce.number().int().min(1).optional().describe('Number of a line that was kept elsewhere'),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe('Its hash'),
})

/** What verifying a part of the log has found. */
export const AuditVerdict = z
  .object({
    lines: z.int().describe('Lines that were looked at'),
    last: z.object({ seq: z.int(), hash: z.string() }).nullable().describe('The last of them'),
    signed: z.int().nullable().describe('Number of the newest line that was signed'),
    pruned: z.object({ to: z.int(), at: Instant }).nullable().describe('Up to where old lines were deleted'),
    next: z.int().nullable().describe('`after` of the next part; null at the end'),
    faults: z.array(
      z.object({
        seq: z.int().describe('The first line that it is about'),
        to: z.int().describe('The last one'),
        what: z.enum(['changed', 'missing', 'out-of-place', 'unsigned-head', 'not-as-signed', 'cut-off']),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: 'AuditVerdict' })
export type AuditVerdict = z.infer<typeof AuditVerdict>
