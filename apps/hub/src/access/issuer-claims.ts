import { SubjectName } from '@moorage/contract/access.ts'
import type { IssuerOptions } from '@moorage/contract/issuer.ts'
import { saidPlainly } from '../said.ts'

/** More groups than that is no person's; they would also make each request slower. */
const MAX_GROUPS = 500

/** Groups that can not be named which are told of: enough to see what they have in common. */
const MAX_TOLD = 10
/** Characters of each. */
const TOLD_CHARS = 100

/** What an issuer says of somebody, as the hub understands it. */
export interface Person {
  subject: string
  name: string
  displayName: string
  email: string | null
  groups: string[]
  /** How many more groups the issuer names than the hub takes. */
  beyond: number
  /** The first of its groups that no binding could name, as they can be shown. */
  unnamed: string[]
}

/** Claims that nobody can be made of, with why. */
export interface Unusable {
  unusable: string
}

/** Letters beyond ASCII may become ASCII in lower case (KELVIN SIGN is k), and so somebody else. */
const ASCII = /^[\x20-\x7e]*$/

const nameOf = (prefix: string, text: string) => {
  if (!ASCII.test(text)) return null
  const found = SubjectName.safeParse(`${prefix}${text.toLowerCase()}`)
  return found.success ? found.data : null
}

/** A claim by its name, or by a path with dots into one that holds others, such as `realm_access.roles`. */
export function claimOf(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  // Names of claims may be addresses, with dots in them.
  if (Object.hasOwn(claims, name)) return claims[name]
  return name
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
          ? (inner as Record<string, unknown>)[key]
          : undefined,
      claims,
    )
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

/** Groups that no binding could name are left out, and those beyond what the hub takes. */
function groupsOf(value: unknown, prefix: string): Pick<Person, 'groups' | 'beyond' | 'unnamed'> {
  const list = Array.isArray(value) ? value : typeof value === 'string' ? [value] : []
  const texts = list.filter(each => typeof each === 'string')
  const all = [...new Set(texts.flatMap(text => nameOf(prefix, text) ?? []))]
  const unnamed = texts.filter(text => nameOf(prefix, text) === null).slice(0, MAX_TOLD)
  return {
    groups: all.slice(0, MAX_GROUPS),
    beyond: Math.max(0, all.length - MAX_GROUPS),
    unnamed: unnamed.map(text => saidPlainly(text, TOLD_CHARS)),
  }
}

/** Trust in an issuer that does not say it does not count against one that says no. */
const isTrusted = ({ email_verified }: Readonly<Record<string, unknown>>, { trustEmail }: IssuerOptions) =>
  trustEmail && email_verified === undefined

/** Who that is, by the claims of an issuer. */
export function readClaims(claims: Readonly<Record<string, unknown>>, options: IssuerOptions): Person | Unusable {
  const subject = textOf(claims.sub)
  const given = textOf(claimOf(claims, options.usernameClaim))
  if (subject === '') return { unusable: 'The issuer does not say who that is (claim sub).' }
  if (given === '') return { unusable: `The issuer sends no claim "${options.usernameClaim}".` }
  if (options.usernameClaim === 'email' && claims.email_verified !== true && !isTrusted(claims, options)) {
    return { unusable: 'The issuer does not say that it has verified the email address (claim email_verified).' }
  }
  const name = nameOf(options.usernamePrefix, given)
  if (name === null) return { unusable: `The claim "${options.usernameClaim}" is no name that a user can have.` }
  return {
    subject,
    name,
    displayName: textOf(claims.name).slice(0, 200),
    email: textOf(claims.email).slice(0, 320) || null,
    ...groupsOf(claimOf(claims, options.groupsClaim), options.groupsPrefix),
  }
}
