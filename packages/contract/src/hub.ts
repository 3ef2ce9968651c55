import { z } from 'zod'
import { NamespacePattern, SubjectName } from './access.ts'
import { Instant, Name } from './common.ts'
import { Terminals } from './terminal.ts'

export const HubInfo = z
  .object({
    version: z.string(),
    instance: z.string().describe('Id of this installation: the value of its label on objects in members'),
    store: z.enum(['pglite', 'postgres']),
    publicUrl: z.string(),
    caFingerprint: z.string().nullable().describe('SHA-256 of the hub’s own CA, where it made one'),
    proofKey: z.string().describe('JWK: the public key that the hub signs proofs with'),
    terminals: Terminals,
  })
  .meta({ id: 'HubInfo' })
export type HubInfo = z.infer<typeof HubInfo>

const several = 100

/** What a token may do at the most, whatever its owner may. */
export const TokenScope = z
  .strictObject({
    readOnly: z.boolean().optional().describe('Only reads, and no Secrets'),
    clusters: z
      .array(Name)
      .min(1)
      .max(several)
      .optional()
      .describe('Only in the clusters of these names, and nothing outside of clusters'),
    namespaces: z.array(NamespacePattern).min(1).max(several).optional().describe('Of clusters only these namespaces'),
  })
  .refine(scope => Object.keys(scope).length > 0, 'is empty')
  .meta({ id: 'TokenScope', examples: [{ readOnly: true, clusters: ['prod'] }] })
export type TokenScope = z.infer<typeof TokenScope>

/** Who is asking, as the hub sees them. */
export const Identity = z
  .object({
    kind: z
      .enum(['user', 'service-account', 'token', 'system'])
      .describe('A token is one of the hub’s own admin tokens; those of people and machines stand for them'),
    id: z.string(),
    name: z.string(),
    groups: z.array(z.string()).describe('Local groups and those that the issuer named at sign-in'),
    scope: TokenScope.optional().describe('What their token is limited to'),
  })
  .meta({ id: 'Identity' })
export type Identity = z.infer<typeof Identity>

/** Whom a token or a session stands for. */
export const OwnerOfToken = z
  .object({ kind: z.enum(['user', 'service-account', 'token']), name: z.string() })
  .describe('Of kind token it is the hub’s own, an admin’s')
  .meta({ id: 'OwnerOfToken' })
export type OwnerOfToken = z.infer<typeof OwnerOfToken>

export const Token = z
  .object({
    id: z.string(),
    name: z.string(),
    owner: OwnerOfToken,
    scope: TokenScope.nullable(),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    lastUsedAt: Instant.nullable(),
  })
  .meta({ id: 'Token' })
export type Token = z.infer<typeof Token>

export const CreateToken = z
  .strictObject({
    name: z.string().min(1).max(100).describe('What the token is for'),
    expiresInSeconds: z
      .int()
      .positive()
      // Ten years: beyond that a date is more likely a slip.
      .max(315_360_000)
      .optional()
      .describe(
        'Without it a token of the hub or of a service account does not expire, and one of a user does 90 days after their last sign-in',
      ),
    scope: TokenScope.optional().describe('Not for tokens of the hub itself, which may do everything'),
    serviceAccount: SubjectName.optional().describe('Whom it is for; without it, for who asks'),
  })
  .meta({ id: 'CreateToken', examples: [{ name: 'ci', expiresInSeconds: 7_776_000 }] })
export type CreateToken = z.infer<typeof CreateToken>
export const CreatedToken = Token.extend({ token: z.string().describe('Shown only here') }).meta({ id: 'CreatedToken' })
export type CreatedToken = z.infer<typeof CreatedToken>

export const CreateSession = z
  .strictObject({ token: z.string().min(1).max(1000).describe('A token of this hub') })
  .meta({ id: 'CreateSession' })

/** Which of many. */
export const OwnOnly = z.object({
  own: z.stringbool().optional().describe('Only those of who asks; others are shown to who may list them'),
})

/** A browser's sign-in. The cookie itself is never in a body. */
export const Session = z
  .object({ identity: Identity, expiresAt: Instant.describe('When to sign in again, at the latest') })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof Session>

/** A change that lists and pages can follow. It names what changed and carries no data of it. */
export const Change = z
  .object({
    type: z.enum(['cluster', 'inventory', 'events', 'metrics', 'gone', 'access', 'role-request', 'ping']),
    cluster: z
      .string()
      .describe(
        'Id of the cluster; empty on a ping, on a change of rights or of a request for a role (whose id is the name), and where anything may have changed: then read everything again',
      ),
    name: z.string(),
    kinds: z.array(z.string()).describe('Kinds of the inventory that changed'),
    at: Instant,
  })
  .meta({ id: 'Change' })
export type Change = z.infer<typeof Change>
