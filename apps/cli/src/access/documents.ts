import { WriteBinding, WriteRole } from '@moorage/contract/access.ts'
import { WriteGroup } from '@moorage/contract/group.ts'
import { WriteIssuer } from '@moorage/contract/issuer.ts'
import { isUnlimited, WriteLimits } from '@moorage/contract/limits.ts'
import { WriteProject } from '@moorage/contract/project.ts'
import { WriteServiceAccount } from '@moorage/contract/service-account.ts'
import { WriteUser } from '@moorage/contract/user.ts'
import { type Document as Parsed, parseAllDocuments, stringify } from 'yaml'
import { usage } from '../failure.ts'
import { rightOne, whatIsWrong } from './what-is-wrong.ts'

/** The client's secret stands in no file: `moorage issuer add` gives it, and later changes keep it. */
const IssuerDocument = WriteIssuer.omit({ clientSecret: true }).strict()

/** What can stand in a file, in the order in which it is applied: each kind needs only those before it. */
const schemas = {
  User: WriteUser,
  ServiceAccount: WriteServiceAccount,
  Issuer: IssuerDocument,
  Group: WriteGroup,
  Project: WriteProject,
  Role: WriteRole,
  Binding: WriteBinding,
  Limits: WriteLimits,
} as const
export type Kind = keyof typeof schemas
export const kinds = Object.keys(schemas) as Kind[]

export const API_VERSION = 'moorage.dev/v1'

export type Document =
  | { kind: 'User'; spec: WriteUser }
  | { kind: 'ServiceAccount'; spec: WriteServiceAccount }
  | { kind: 'Issuer'; spec: Omit<WriteIssuer, 'clientSecret'> }
  | { kind: 'Group'; spec: WriteGroup }
  | { kind: 'Project'; spec: WriteProject }
  | { kind: 'Role'; spec: WriteRole }
  | { kind: 'Binding'; spec: WriteBinding }
  | { kind: 'Limits'; spec: WriteLimits }

const isKind = (kind: unknown): kind is Kind => kinds.some(known => known === kind)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same where it is written as objects of Kubernetes are, with its name in `metadata` and the rest in `spec`. */
function plain({ metadata, spec, ...rest }: Record<string, unknown>, at: string): Record<string, unknown> {
  if (metadata === undefined && spec === undefined) return rest
  if (!isObject(metadata) || !(spec === undefined || isObject(spec))) {
    throw usage(`${at} can not be used: "metadata" and "spec" should be objects, or not be there.`)
  }
  const { name, labels, ...other } = metadata
  const [odd] = Object.keys(other)
  if (odd !== undefined) throw usage(`${at} can not be used: metadata.${odd} says nothing to Moorage.`)
  return { ...rest, ...spec, ...(name !== undefined && { name }), ...(labels !== undefined && { labels }) }
}

/** A YAML text, and what it is called in a sentence. */
export interface Source {
  from: string
  text: string
}

/** Where anchors are used over and over, it is a small file that becomes a huge one. */
const MAX_ALIASES = 100

function readValue(parsed: Pick<Parsed, 'toJS'>, at: string): unknown {
  try {
    return parsed.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (error) {
    throw usage(`${at} can not be used: ${(error as Error).message}.`)
  }
}

function documentsOf({ from, text }: Source): Document[] {
  const found = parseAllDocuments(text)
  return ('empty' in found ? [] : found).flatMap((parsed, index): Document[] => {
    const at = `Document ${index + 1} of ${from}`
    const [problem] = parsed.errors
    if (problem) throw usage(`${at} is no YAML: ${problem.message}`)
    const value = readValue(parsed, at)
    if (value === null) return []
    if (!isObject(value)) throw usage(`${at} is no object.`)
    const { apiVersion = API_VERSION, kind, ...rest } = value
    if (apiVersion !== API_VERSION) throw usage(`${at} can not be used: its apiVersion should be ${API_VERSION}.`)
    if (!isKind(kind)) throw usage(`${at} can not be used: its kind should be one of ${kinds.join(', ')}.`)
    const spec = schemas[kind].safeParse(plain(rest, at))
    if (!spec.success) {
      const wrong = `${at}, of kind ${kind}, can not be used: ${whatIsWrong(spec.error.issues)}.`
      throw usage(wrong, rightOne(kind, kind === 'Issuer' ? WriteIssuer : schemas[kind]))
    }
    return [{ kind, spec: spec.data } as Document]
  })
}

/** The documents of YAML texts, checked, in the order in which they are applied. */
export function readDocuments(sources: readonly Source[]): Document[] {
  const documents = sources.flatMap(documentsOf)
  const seen = new Set<string>()
  for (const { kind, spec } of documents) {
    const name = `${kind} ${spec.name}`
    if (seen.has(name)) throw usage(`${name} is there twice in what was given.`, 'Each stands in one document.')
    seen.add(name)
  }
  return documents.sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
}

/** The documents as one YAML text, which `readDocuments` reads back to the same. */
export const writeDocuments = (documents: readonly Document[]): string =>
  documents.map(({ kind, spec }) => stringify({ apiVersion: API_VERSION, kind, ...spec })).join('---\n')

/** How the hub names the binding of an approved request. */
const OF_REQUEST = /^request-[0-9a-f]{10}$/

/** Whether it is worth keeping in a file: a binding that has ended, or that a request made for some hours, is not. */
export const isLasting = ({ kind, spec }: Document, now: Date): boolean =>
  kind !== 'Binding' ||
  (!OF_REQUEST.test(spec.name) &&
    (spec.expiresAt === undefined || spec.expiresAt === null || new Date(spec.expiresAt) > now))

export interface Difference {
  kind: Kind
  name: string
  change: 'new' | 'changed' | 'same'
  /** Top-level fields that differ. */
  fields: string[]
}

/** Objects by what they say, whatever the order of their keys, and without what says nothing. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const said = Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== null)
  return Object.fromEntries(said.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, canonical(inner)]))
}

/** Lists whose order says nothing. */
const UNORDERED = new Set(['members', 'subjects', 'clusters', 'scopes', 'hours', 'from'])

const sameText = (key: string, value: unknown): string => {
  const unordered = UNORDERED.has(key)
  const plain = canonical(key === 'expiresAt' && typeof value === 'string' ? new Date(value).toISOString() : value)
  if (plain === undefined || plain === null) return ''
  if (!unordered || !Array.isArray(plain)) return JSON.stringify(plain)
  return JSON.stringify(plain.map(each => JSON.stringify(each)).sort())
}

/** What applying a document would change. Clusters of a project that are left out stay as they are. */
export function compare({ kind, spec }: Document, known: Document | undefined): Difference {
  const name = spec.name
  // Limits that say nothing are the same as none.
  const nothing = kind === 'Limits' && isUnlimited(spec)
  if (known === undefined) return { kind, name, change: nothing ? 'same' : 'new', fields: [] }
  const [wanted, there] = [spec as Record<string, unknown>, known.spec as Record<string, unknown>]
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(there)])]
  const fields = keys
    .filter(key => !(key === 'clusters' && wanted[key] === undefined))
    .filter(key => sameText(key, wanted[key]) !== sameText(key, there[key]))
    .sort()
  return { kind, name, change: fields.length > 0 ? 'changed' : 'same', fields }
}
