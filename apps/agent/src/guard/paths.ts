import { READ_ONLY_KINDS, type ReadOnlyKind } from '@moorage/contract/read-only-kinds.ts'

/** What a path is about. */
export type Place = { what: 'server' } | { what: 'collection' | 'object'; kind: ReadOnlyKind }

/** Nothing that any server decodes, folds or resolves: no `%`, `;`, `\`, upper case or empty segment can get past this. */
const PLAIN_PATH = /^(?:\/[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?){1,8}$/

/** The server itself and its lists of APIs: `*` stands for one group or version. */
const SERVER = ['/version', '/livez', '/readyz', '/healthz', '/api', '/api/v1', '/apis', '/apis/*', '/apis/*/*']

interface Pattern {
  segments: readonly string[]
  place: Place
}

const segmentsOf = (path: string) => path.slice(1).split('/')

const pattern = (path: string, place: Place): Pattern => ({ segments: segmentsOf(path), place })

/** Every path that a kind is read at. */
function patternsOf(kind: ReadOnlyKind): Pattern[] {
  const { group, version, resource, namespaced } = kind
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const collection: Place = { what: 'collection', kind }
  const object: Place = { what: 'object', kind }
  return [
    pattern(`${root}/${resource}`, collection),
    ...(namespaced
      ? [pattern(`${root}/namespaces/*/${resource}`, collection), pattern(`${root}/namespaces/*/${resource}/*`, object)]
      : [pattern(`${root}/${resource}/*`, object)]),
  ]
}

const patterns: readonly Pattern[] = [
  ...SERVER.map(path => pattern(path, { what: 'server' })),
  ...READ_ONLY_KINDS.flatMap(patternsOf),
]

const fits = (wanted: readonly string[], given: readonly string[]) =>
  wanted.length === given.length && wanted.every((segment, index) => segment === '*' || segment === given[index])

/** What a path is about, where it is one of those that a read-only member is read at; null for every other. */
export function placeOf(path: string): Place | null {
  if (!PLAIN_PATH.test(path) || path.includes('..')) return null
  const given = segmentsOf(path)
  return patterns.find(({ segments }) => fits(segments, given))?.place ?? null
}
