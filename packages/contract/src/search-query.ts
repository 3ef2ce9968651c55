import { InventoryKind } from './inventory.ts'

/** Fields that are compared with one value. `text` is what stands without a field. */
export type SearchField = 'kind' | 'status' | 'image' | 'ns' | 'cluster' | 'node' | 'name' | 'text'

/** One term of a search. `at` is its position in the text, from 0. */
export type SearchTerm =
  | { field: 'kind'; value: InventoryKind; negated: boolean; at: number }
  | { field: Exclude<SearchField, 'kind'>; value: string; negated: boolean; at: number }
  /** `value` is null where only the presence of the label is asked for. */
  | { field: 'label'; key: string; value: string | null; negated: boolean; at: number }

/**
 * A parsed search. What it means:
 * - `kind`, `ns`, `cluster`, `node` and `status` are equal to the value, ignoring case;
 *   `name`, `image` and `text` (any part of the name) contain it, ignoring case.
 * - terms of one field that are not negated are alternatives; of different fields, all must hold;
 * - every `text` and every `label` must hold, and no negated term may.
 */
export interface ParsedSearch {
  terms: SearchTerm[]
}

/** A search that can't be read. `position` counts characters from 0. */
export class SearchQueryError extends Error {
  override readonly name = 'SearchQueryError'
  readonly code = 'invalid_search'
  readonly position: number
  readonly choices: string[] | undefined
  constructor(message: string, position: number, choices?: string[]) {
    super(message)
    this.position = position
    this.choices = choices
  }
}

/** Each term becomes a condition of a query. */
const MAX_TERMS = 50

/** The names of fields, with the words that mean the same. */
const fields: Readonly<Record<string, SearchField | 'label'>> = {
  kind: 'kind',
  status: 'status',
  image: 'image',
  ns: 'ns',
  namespace: 'ns',
  cluster: 'cluster',
  node: 'node',
  name: 'name',
  label: 'label',
}

/** The fields as they are offered to people. */
export const searchFields = ['kind', 'status', 'image', 'ns', 'cluster', 'node', 'name', 'label'] as const

/** kubectl's short names. */
const shortKinds: Readonly<Record<string, InventoryKind>> = {
  no: 'Node',
  ns: 'Namespace',
  po: 'Pod',
  deploy: 'Deployment',
  sts: 'StatefulSet',
  ds: 'DaemonSet',
  rs: 'ReplicaSet',
  cj: 'CronJob',
  svc: 'Service',
  ing: 'Ingress',
  ingresses: 'Ingress',
  pv: 'PersistentVolume',
  pvc: 'PersistentVolumeClaim',
  sc: 'StorageClass',
  storageclasses: 'StorageClass',
  crd: 'CustomResourceDefinition',
  quota: 'ResourceQuota',
}

/** The kind that a word means, in any case, singular, plural or short; undefined where there is none. */
export function searchKind(word: string): InventoryKind | undefined {
  const lower = word.toLowerCase()
  if (Object.hasOwn(shortKinds, lower)) return shortKinds[lower]
  return InventoryKind.options.find(kind => {
    const name = kind.toLowerCase()
    return lower === name || lower === `${name}s`
  })
}

interface Piece {
  field: string | null
  value: string
  quoted: boolean
  negated: boolean
  at: number
  valueAt: number
}

/** Cuts the text into `[-][field:]value` pieces; a value may stand in double quotes, with \" and \\ inside. */
function pieces(text: string): Piece[] {
  const found: Piece[] = []
  let i = 0
  while (i < text.length) {
    if (/\s/.test(text.charAt(i))) {
      i += 1
      continue
    }
    const at = i
    const negated = text.charAt(i) === '-'
    if (negated) i += 1
    const field = /^([A-Za-z]+):/.exec(text.slice(i, i + 20))?.[1] ?? null
    if (field !== null) i += field.length + 1
    const valueAt = i
    const quoted = text.charAt(i) === '"'
    let value = ''
    if (quoted) {
      i += 1
      while (i < text.length && text.charAt(i) !== '"') {
        if (text.charAt(i) === '\\' && i + 1 < text.length) i += 1
        value += text.charAt(i)
        i += 1
      }
      if (i >= text.length) {
        throw new SearchQueryError(`The quote that opens at position ${valueAt + 1} is not closed.`, valueAt)
      }
      i += 1
      if (i < text.length && !/\s/.test(text.charAt(i))) {
        throw new SearchQueryError(`After the quote that closes at position ${i} a space should follow.`, i)
      }
    } else {
      while (i < text.length && !/\s/.test(text.charAt(i))) {
        value += text.charAt(i)
        i += 1
      }
    }
    found.push({ field, value, quoted, negated, at, valueAt })
  }
  return found
}

function termsOf(piece: Piece): SearchTerm[] {
  const { negated, at } = piece
  if (piece.field === null) {
    if (piece.value === '') {
      throw new SearchQueryError(`At position ${at + 1} of the search there is nothing to look for.`, at)
    }
    return [{ field: 'text', value: piece.value, negated, at }]
  }
  const name = piece.field.toLowerCase()
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (field === undefined) {
    throw new SearchQueryError(
      `The search has no field "${piece.field}" (position ${at + 1}). To look for the text itself, put it in quotes.`,
      at,
      [...searchFields],
    )
  }
  // An unquoted comma separates alternatives: kind:Pod,Job.
  const values = piece.quoted ? [piece.value] : piece.value.split(',')
  return values.map(value => {
    if (value === '') {
      throw new SearchQueryError(
        `"${piece.field}:" at position ${at + 1} needs a value, such as ${field === 'label' ? 'label:app=web' : `${field}:${field === 'kind' ? 'Pod' : 'web'}`}.`,
        piece.valueAt,
      )
    }
    if (field === 'label') {
      const equals = value.indexOf('=')
      const key = equals < 0 ? value : value.slice(0, equals)
      if (key === '') {
        throw new SearchQueryError(`The label at position ${piece.valueAt + 1} has no key.`, piece.valueAt)
      }
      return { field, key, value: equals < 0 ? null : value.slice(equals + 1), negated, at }
    }
    if (field === 'kind') {
      const kind = searchKind(value)
      if (kind === undefined) {
        throw new SearchQueryError(
          `"${value}" at position ${piece.valueAt + 1} is not a kind of the inventory.`,
          piece.valueAt,
          [...InventoryKind.options],
        )
      }
      return { field, value: kind, negated, at }
    }
    return { field, value, negated, at }
  })
}

/** Reads a search such as `kind:Pod status:CrashLoopBackOff -cluster:dev "free text"`. Throws a {@link SearchQueryError}. */
export function parseSearch(text: string): ParsedSearch {
  const terms = pieces(text).flatMap(termsOf)
  const extra = terms[MAX_TERMS]
  if (extra !== undefined) throw new SearchQueryError(`The search has more than ${MAX_TERMS} terms.`, extra.at)
  return { terms }
}

const quoteIfNeeded = (value: string): string =>
  /[\s",:\\]|^-|^$/.test(value) ? `"${value.replaceAll(/[\\"]/g, '\\$&')}"` : value

/** The search as text that `parseSearch` reads back to the same terms. */
export function formatSearch(search: ParsedSearch): string {
  return search.terms
    .map(term => {
      const sign = term.negated ? '-' : ''
      if (term.field === 'text') return sign + quoteIfNeeded(term.value)
      const value = term.field !== 'label' ? term.value : term.value === null ? term.key : `${term.key}=${term.value}`
      return `${sign}${term.field}:${quoteIfNeeded(value)}`
    })
    .join(' ')
}
