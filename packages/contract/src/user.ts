import { z } from 'zod'
import { SubjectName } from './access.ts'
import { Instant } from './common.ts'

/** NIST SP 800-63B-4 §3.1.1.2: at least 15 where the password is the only factor. */
export const MIN_PASSWORD_CHARS = 15
/** Beyond this nobody types it; it bounds what is hashed. */
export const MAX_PASSWORD_CHARS = 256

export const NewPassword = z.string().min(MIN_PASSWORD_CHARS).max(MAX_PASSWORD_CHARS)
const DisplayName = z.string().max(200)
const Email = z.email().max(320)

/** Somebody who can sign in. */
export const User = z
  .object({
    name: SubjectName,
    source: z.string().describe('"local", or the issuer that they sign in at. A name belongs to one source'),
    displayName: DisplayName,
    email: z.string().nullable(),
    disabled: z.object({ at: Instant, because: z.string() }).nullable(),
    lockedUntil: Instant.nullable().describe('Until then no password is looked at, as too many were wrong'),
    mustChangePassword: z.boolean(),
    createdAt: Instant,
    lastSeenAt: Instant.nullable().describe('Their last sign-in'),
  })
  .meta({ id: 'User' })
export type User = z.infer<typeof User>

export const CreateUser = z
  .strictObject({
    name: SubjectName,
    displayName: DisplayName.default(''),
    email: Email.optional(),
    password: NewPassword.optional().describe(
      'Without it one is made up. Either has to be changed at the first sign-in',
    ),
  })
  .meta({ id: 'CreateUser', examples: [{ name: 'ada', displayName: 'Ada Lovelace', email: 'ada@example.org' }] })
export type CreateUser = z.infer<typeof CreateUser>

/** A local user as people write them down: without a password, which is given with a reset. */
export const WriteUser = z
  .strictObject({ name: SubjectName, displayName: DisplayName.default(''), email: Email.optional() })
  .meta({ id: 'WriteUser', examples: [{ name: 'ada', displayName: 'Ada Lovelace' }] })
export type WriteUser = z.infer<typeof WriteUser>

const Password = z
  .string()
  .nullable()
  .describe('The password that the hub made up, shown only here; null where one was sent')

export const CreatedUser = User.extend({ password: Password }).meta({ id: 'CreatedUser' })
export type CreatedUser = z.infer<typeof CreatedUser>

/** What was ended of what somebody is let in by. */
const ended = {
  sessions: z.int().describe('Sessions of browsers that were ended'),
  tokens: z.int().describe('Tokens that were revoked'),
}

export const PasswordReset = z.object({ user: SubjectName, password: Password, ...ended }).meta({ id: 'PasswordReset' })
export type PasswordReset = z.infer<typeof PasswordReset>

/** What was cut when somebody’s access was taken back. */
export const Revocation = z
  .object({
    user: SubjectName,
    ...ended,
    streams: z.int().describe('Streams that were cut, on all replicas that said so'),
    silentReplicas: z
      .int()
      .describe('Replicas of the hub that have not said in time how much they cut; they cut it within 2 s too'),
  })
  .meta({ id: 'Revocation' })
export type Revocation = z.infer<typeof Revocation>
