import { randomUUID } from 'node:crypto'
import * as oidc from 'openid-client'
import { MoorageError } from '../errors.ts'
import { localGroups } from '../store/groups.ts'
import { findIssuer, insertSignIn, listIssuers, takeSignIn } from '../store/issuers.ts'
import { hashToken } from '../store/tokens.ts'
import { findUser, findUserOf, insertUser, type UserRow, updateUser } from '../store/users.ts'
import { claimedGroups } from './claimed-groups.ts'
import { SIGN_IN_SECONDS } from './cookie.ts'
import type { IdentityDeps } from './identity.ts'
import { claimOf, type Person, readClaims } from './issuer-claims.ts'
import { factsOf, type IssuerFacts, issuerFailed } from './issuer-client.ts'
import { type IssuerDeps, redirectUri } from './issuers.ts'
import { type Begun, beginUserSession, type SignedInFrom } from './sessions.ts'

type Deps = IssuerDeps & IdentityDeps

/** Why nobody was signed in, for the page to say it in words. */
export type SignInTrouble = 'expired' | 'refused' | 'unusable' | 'taken' | 'disabled' | 'failed'

/** Somebody came back from an issuer and can not be let in. */
export class SignInError extends Error {
  readonly trouble: SignInTrouble

  constructor(trouble: SignInTrouble, message: string, cause?: unknown) {
    super(message, { cause })
    this.trouble = trouble
  }
}

async function mustFind({ store, sealer, issuers }: Deps, name: string) {
  const row = await findIssuer(store.db, name)
  if (row === undefined) throw new MoorageError('not_found', 'There is no issuer of this name.')
  const facts = factsOf(row, sealer)
  return { facts, config: await issuers.open(facts) }
}

const verifierContext = (hash: string) => `sign-in/${hash}`

/** Where the browser goes, and the state that it has to bring back in its cookie. */
export async function startSignIn(deps: Deps, name: string, then: string): Promise<{ url: URL; state: string }> {
  const { facts, config } = await mustFind(deps, name)
  const state = oidc.randomState()
  const nonce = oidc.randomNonce()
  const verifier = oidc.randomPKCECodeVerifier()
  const hash = hashToken(state)
  const { sealed, keyId } = deps.sealer.seal(verifier, verifierContext(hash))
  const now = deps.now()
  const row = { hash, issuer: name, nonce, sealed_verifier: sealed, key_id: keyId, then_to: then, created_at: now }
  await insertSignIn(deps.store.db, { ...row, expires_at: new Date(now.getTime() + SIGN_IN_SECONDS * 1000) }, now)
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri(deps.info.publicUrl, name),
    scope: ['openid', ...facts.options.scopes].join(' '),
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  return { url, state }
}

/** What the issuer says of whoever came back. Userinfo is asked where the ID token leaves out what is needed. */
async function claimsOf(deps: Deps, name: string, search: string, state: string) {
  const hash = hashToken(state)
  const begun = await takeSignIn(deps.store.db, hash, deps.now())
  // Begun with one issuer and answered by another: what RFC 9207 calls mix-up.
  if (begun === undefined || begun.issuer !== name) {
    throw new SignInError('expired', 'The sign-in was not begun here, took too long, or was finished before.')
  }
  const { facts, config } = await mustFind(deps, name)
  const url = new URL(`${redirectUri(deps.info.publicUrl, name)}${search}`)
  try {
    const tokens = await oidc.authorizationCodeGrant(config, url, {
      expectedState: state,
      expectedNonce: begun.nonce,
      pkceCodeVerifier: deps.sealer.open(begun.sealed_verifier, verifierContext(hash)),
      idTokenExpected: true,
    })
    const claims: Record<string, unknown> = { ...tokens.claims() }
    const { usernameClaim, groupsClaim } = facts.options
    const needed = [usernameClaim, groupsClaim, ...(usernameClaim === 'email' ? ['email_verified'] : [])]
    const lacking = needed.some(claim => claimOf(claims, claim) === undefined)
    if (lacking && config.serverMetadata().userinfo_endpoint !== undefined) {
      const more = await oidc.fetchUserInfo(config, tokens.access_token, String(claims.sub))
      // That one address is verified says nothing of another.
      const otherEmail = claims.email !== undefined && claims.email !== more.email
      for (const [key, value] of Object.entries(more)) {
        if (key !== 'email_verified' || !otherEmail) claims[key] ??= value
      }
    }
    return { claims, facts, page: begun.then_to }
  } catch (error) {
    if (error instanceof oidc.AuthorizationResponseError) {
      throw new SignInError('refused', `The issuer ${name} let nobody in: ${error.error}.`, error)
    }
    throw new SignInError('failed', issuerFailed(name, error).message, error)
  }
}

const taken = (name: string) => new SignInError('taken', `The name ${name} belongs to somebody else already.`)

/** The user of this issuer by this subject, made where they are new. A name is never shared between sources. */
async function findOrMake(
  { store, now }: Deps,
  { name: source, url: issuer_url }: Pick<IssuerFacts, 'name' | 'url'>,
  person: Person,
): Promise<UserRow> {
  const { subject, name, displayName: display_name, email } = person
  const known = await findUserOf(store.db, source, subject)
  if (known !== undefined) {
    if (known.issuer_url !== issuer_url) throw taken(known.name)
    await updateUser(store.db, known.id, { display_name, email })
    return known
  }
  const made = { id: randomUUID(), name, source, subject, issuer_url, display_name, email }
  await insertUser(store.db, { ...made, created_at: now(), created_by: source })
  const user = await findUser(store.db, name)
  if (user?.source === source && user.subject === subject && user.issuer_url === issuer_url) return user
  throw taken(name)
}

const disabled = ({ name }: UserRow) =>
  new SignInError('disabled', `User ${name} is disabled, or their issuer was removed.`)

/** Signs in whoever came back from an issuer. Throws a `SignInError` that says why not. */
export async function finishSignIn(
  deps: Deps,
  name: string,
  { search, state }: { search: string; state: string },
  from: SignedInFrom,
): Promise<Begun & { page: string; leftOut: string[] } & Pick<Person, 'beyond' | 'unnamed'>> {
  const { claims, facts, page } = await claimsOf(deps, name, search, state)
  const person = readClaims(claims, facts.options)
  if ('unusable' in person) throw new SignInError('unusable', person.unusable)
  const user = await findOrMake(deps, facts, person)
  if (user.disabled_at !== null) throw disabled(user)
  const { db } = deps.store
  const prefixes = (await listIssuers(db)).map(({ options }) => options.groupsPrefix)
  const local = await localGroups(db, person.groups)
  const { groups, leftOut } = claimedGroups(person.groups, facts.options.groupsPrefix, { local, prefixes })
  const who = { id: user.id, name: user.name, issuer: name, groups, verified: null, cuts: user.cuts }
  const begun = await beginUserSession(deps, who, from)
  if (begun === null) throw disabled(user)
  return { ...begun, page, leftOut, beyond: person.beyond, unnamed: person.unnamed }
}

/** Where a browser signs out of the issuer too; null where it does not offer that, or does not answer. */
export async function signOutUrl(deps: Deps, name: string): Promise<string | null> {
  try {
    const { config } = await mustFind(deps, name)
    if (config.serverMetadata().end_session_endpoint === undefined) return null
    return oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: `${deps.info.publicUrl}/` }).href
  } catch {
    return null
  }
}
