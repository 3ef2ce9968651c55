import { z } from 'zod'
import { SubjectName } from './access.ts'
import { Instant } from './common.ts'
import { CreatedToken, Identity, OwnerOfToken } from './hub.ts'
import { MAX_PASSWORD_CHARS, NewPassword } from './user.ts'

/** A header by which a page says that it asks by itself, with nobody at it: such a request does not keep a session alive. */
export const UNATTENDED_HEADER = 'moorage-unattended'

/** How one can sign in to this hub. */
export const SignInWays = z
  .object({
    users: z.boolean().describe('Whether there is anybody who could sign in otherwise than by an admin token'),
    issuers: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        start: z.string().describe('Where the browser goes to sign in there'),
      }),
    ),
  })
  .meta({ id: 'SignInWays' })
export type SignInWays = z.infer<typeof SignInWays>

const Password = z.string().min(1).max(MAX_PASSWORD_CHARS)

export const PasswordSignIn = z
  .strictObject({
    user: z.string().min(1).max(100),
    password: Password,
    newPassword: NewPassword.optional().describe(
      'Takes its place; has to be there where the password was set by somebody else',
    ),
  })
  .meta({ id: 'PasswordSignIn' })
export type PasswordSignIn = z.infer<typeof PasswordSignIn>

export const ChangePassword = z
  .strictObject({ password: Password.describe('The one of now'), newPassword: NewPassword })
  .meta({ id: 'ChangePassword' })

/** One browser that somebody is signed in with. */
export const SessionEntry = z
  .object({
    id: z.string(),
    owner: OwnerOfToken,
    issuer: z.string().nullable().describe('Where they signed in; null for a password or a token'),
    address: z.string().nullable(),
    userAgent: z.string(),
    createdAt: Instant,
    lastUsedAt: Instant,
    expiresAt: Instant.describe('When it ends at the latest; it ends sooner without use'),
    current: z.boolean().describe('Whether it is the one of this very request'),
  })
  .meta({ id: 'SessionEntry' })
export type SessionEntry = z.infer<typeof SessionEntry>

const client = z.string().max(100).describe('What the command line calls its machine')
/** RFC 7636: 43 to 128 unreserved characters. */
const verifier = z.string().regex(/^[A-Za-z0-9._~-]{43,128}$/, 'is no code verifier')

export const CommandLineCode = z
  .strictObject({
    challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'is no S256 challenge'),
    client,
  })
  .meta({ id: 'CommandLineCode' })
export const CommandLineExchange = z
  .strictObject({ code: z.string().min(1).max(200), verifier })
  .meta({ id: 'CommandLineExchange' })

export const DeviceCode = z
  .object({
    deviceCode: z.string(),
    userCode: z.string().describe('What the person types'),
    url: z.string().describe('Where they type it'),
    intervalSeconds: z.int(),
    expiresAt: Instant,
  })
  .meta({ id: 'DeviceCode' })
export type DeviceCode = z.infer<typeof DeviceCode>
export const AskDeviceCode = z.strictObject({ client }).meta({ id: 'AskDeviceCode' })
export const UserCode = z.string().min(1).max(20)
export const DeviceAsking = z
  .object({
    client: z.string(),
    address: z.string().describe('Where it asked from'),
    askedAt: Instant,
  })
  .meta({ id: 'DeviceAsking' })
export type DeviceAsking = z.infer<typeof DeviceAsking>

/** A token of a command line, for the person who let it in. */
export const LentToken = CreatedToken.extend({ identity: Identity }).meta({ id: 'LentToken' })
export type LentToken = z.infer<typeof LentToken>
export const DeviceAnswer = z
  .discriminatedUnion('state', [
    z.object({ state: z.literal('waiting') }),
    z.object({ state: z.literal('refused') }),
    z.object({ state: z.literal('allowed'), token: LentToken }),
  ])
  .meta({ id: 'DeviceAnswer' })
export type DeviceAnswer = z.infer<typeof DeviceAnswer>

/** Who asks, with what the hub keeps of them. */
export const Account = z
  .object({
    identity: Identity,
    user: z
      .object({ name: SubjectName, source: z.string(), displayName: z.string(), email: z.string().nullable() })
      .nullable()
      .describe('null for machines and admin tokens'),
  })
  .meta({ id: 'Account' })
export type Account = z.infer<typeof Account>
