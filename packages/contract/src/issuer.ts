import { z } from 'zod'
import { AccessName } from './access.ts'
import { Instant } from './common.ts'

const claim = z.string().min(1).max(100)
const prefix = z
  .string()
  .max(50)
  .regex(/^[a-z0-9._@:+-]*$/, 'must be of a-z, 0-9 and ". _ @ : + -"')

const options = {
  label: z.string().max(60).default('').describe('What the button says; without it the name'),
  usernameClaim: claim.default('preferred_username').describe('Claim that people are called by'),
  trustEmail: z
    .boolean()
    .default(false)
    .describe(
      'For an issuer that checks addresses and does not say so (claim email_verified). Anyone who could write somebody else’s address there would be them',
    ),
  usernamePrefix: prefix.default('').describe('Put before each name, so that names of several issuers stay apart'),
  groupsClaim: claim
    .default('groups')
    .describe('Claim with the list of groups; one within another by a path, such as realm_access.roles'),
  groupsPrefix: prefix.default('').describe('Put before each group. Needed where there is another issuer'),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,100}$/, 'is no scope of OAuth'))
    .max(20)
    .default(['profile', 'email'])
    .describe('Asked for beside openid'),
  ca: z.string().max(100_000).optional().describe('PEM of the CAs of the issuer, where the system does not know them'),
}

/** An OpenID Connect issuer as people write it. */
export const WriteIssuer = z
  .strictObject({
    name: AccessName,
    url: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .describe('The issuer, exactly as it calls itself; https, but for this machine itself'),
    clientId: z.string().min(1).max(500),
    clientSecret: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe('Sealed and never shown. Left out on a change it stays; a public client has none'),
    ...options,
  })
  .meta({
    id: 'WriteIssuer',
    examples: [{ name: 'corp', url: 'https://id.example.org', clientId: 'moorage', label: 'Example Corp' }],
  })
export type WriteIssuer = z.infer<typeof WriteIssuer>

/** An issuer without its client’s secret. */
export const Issuer = z
  .object({
    ...WriteIssuer.omit({ clientSecret: true }).shape,
    hasSecret: z.boolean(),
    redirectUri: z.string().describe('To be allowed for the client at the issuer'),
    createdAt: Instant,
  })
  .meta({ id: 'Issuer' })
export type Issuer = z.infer<typeof Issuer>

/** What is kept of an issuer beside its address, client and secret. */
export const IssuerOptions = z.object(options)
export type IssuerOptions = z.infer<typeof IssuerOptions>
