import { z } from 'zod'
import { AccessName } from './access.ts'
import { Instant } from './common.ts'

/** Characters of a PEM: a chain of a few certificates. */
const PEM = 100_000

/** Headers that are the hub's own to say. */
const OWN_HEADERS =
  /^(host|content-length|content-type|content-encoding|transfer-encoding|connection|upgrade|te|trailer|expect|keep-alive|proxy-.*|x-moorage-.*)$/i

const Headers = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'is no name of a header')
      .refine(name => !OWN_HEADERS.test(name), 'is a header that the hub sets itself'),
    z.string().regex(/^[\x21-\x7e]([\x20-\x7e]{0,3998}[\x21-\x7e])?$/, 'must be printable ASCII'),
  )
  .refine(headers => Object.keys(headers).length <= 20, 'has more than 20 headers')

const settings = {
  to: z
    .string()
    .min(1)
    .max(2000)
    .describe(
      'syslog://HOST[:514] by TCP, syslog+tls://HOST[:6514], syslog+udp://HOST[:514]; https://… to have JSON lines posted there; otlp+https://HOST[:4318] for an OpenTelemetry collector. What follows a "?" is sealed and never shown',
    )
    .meta({ examples: ['syslog+tls://logs.example.org:6514', 'otlp+https://otel.example.org:4318'] }),
  headers: Headers.optional().describe(
    'Sent along by HTTP, such as Authorization. Sealed and never shown; left out on a change they stay',
  ),
  hmacKey: z
    .string()
    .min(16)
    .max(1000)
    .nullable()
    .optional()
    .describe(
      'Signs each post: x-moorage-signature is t=SECONDS,v1=HEX, the HMAC-SHA256 of "SECONDS.BODY". Sealed and never shown; left out on a change it stays, null takes it away',
    ),
  ca: z.string().max(PEM).optional().describe('PEM of the CAs of the target, where the system does not know them'),
  clientCertificate: z.string().max(PEM).optional().describe('PEM that the hub shows to a target that asks for one'),
  clientKey: z
    .string()
    .max(PEM)
    .nullable()
    .optional()
    .describe('Its key, PEM. Sealed and never shown; left out on a change it stays'),
  from: z
    .union([z.enum(['now', 'start']), z.int().min(1)])
    .optional()
    .describe(
      'Where it begins: now, with the oldest line that there is, or with the line of this number. Left out on a change it goes on where it is',
    ),
}

/** Where the audit log is to be sent, as people write it. */
export const WriteAuditForward = z
  .strictObject({ name: AccessName, ...settings })
  .meta({ id: 'WriteAuditForward', examples: [{ name: 'siem', to: 'syslog+tls://logs.example.org:6514' }] })
export type WriteAuditForward = z.infer<typeof WriteAuditForward>

export const ChangeAuditForward = z.strictObject({
  enabled: z.boolean().optional().describe('Disabled it keeps its place'),
  from: settings.from,
})

export type ChangeAuditForward = z.infer<typeof ChangeAuditForward>

/** A target of the audit log, and how far it is. */
export const AuditForward = z
  .object({
    name: AccessName,
    to: z.string().describe('Without what follows a "?"'),
    hasQuery: z.boolean(),
    headers: z.array(z.string()).describe('Their names'),
    signed: z.boolean().describe('Whether there is an HMAC key'),
    ca: z.string().optional(),
    clientCertificate: z.string().optional(),
    state: z
      .enum(['current', 'behind', 'failing', 'disabled'])
      .describe('failing: the target did not take the last try; it is tried again with longer and longer waits'),
    position: z.int().describe('The last line that the target has'),
    lag: z.int().describe('Lines that it does not have yet'),
    sent: z.int().describe('Lines that it took'),
    lost: z.int().describe('Lines that it never got: they were deleted, as the retention says, before it took them'),
    lastSentAt: Instant.nullable(),
    failingSince: Instant.nullable(),
    lastError: z.string().nullable(),
    createdAt: Instant,
    createdBy: z.string(),
  })
  .meta({ id: 'AuditForward' })
export type AuditForward = z.infer<typeof AuditForward>
