import { READ_ONLY_KINDS } from '@moorage/contract/read-only-kinds.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Guarded, refusedByGuard } from './guard.ts'

const asked = (target: string, more: Partial<Guarded> = {}): Guarded => ({
  method: 'GET',
  target,
  headers: [],
  framing: { kind: 'none' },
  upgrade: null,
  ...more,
})
const get = (target: string, more: Partial<Guarded> = {}) => refusedByGuard(asked(target, more))

/** What the target means to whoever decodes it as often as it goes: written without the guard's own code. */
function decoded(target: string): { segments: string[]; parameters: URLSearchParams } {
  const url = new URL(target, 'http://kubernetes')
  let path = url.pathname
  for (let before = ''; before !== path; ) {
    before = path
    path = new URL(decodeURIComponent(path).replaceAll('\\', '/'), 'http://kubernetes').pathname
  }
  return { segments: path.split('/').filter(segment => segment !== ''), parameters: url.searchParams }
}

/** Whether a decoded path is what the table has. */
function isEnumeratedRead({ segments, parameters }: ReturnType<typeof decoded>): boolean {
  const [top, ...below] = segments
  if (below.length === 0) return ['version', 'livez', 'readyz', 'healthz', 'api', 'apis'].includes(top ?? '')
  const [group, version, ...rest] = top === 'api' ? ['', ...below] : below
  if (rest.length === 0) return (top === 'api' && version === 'v1') || top === 'apis'
  const namespaced = rest[0] === 'namespaces' && rest.length > 2
  const [resource, name, ...deeper] = namespaced ? rest.slice(2) : rest
  const kind = READ_ONLY_KINDS.find(
    each => each.group === group && each.version === version && each.resource === resource,
  )
  if (kind === undefined || deeper.length > 0 || (namespaced && !kind.namespaced)) return false
  if (name !== undefined)
    return kind.verbs.includes('get') && namespaced === kind.namespaced && !parameters.has('watch')
  return kind.verbs.includes(parameters.has('watch') ? 'watch' : 'list')
}

const reads = READ_ONLY_KINDS.flatMap(({ group, version, resource, namespaced }) => {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  return [
    `${root}/${resource}`,
    `${root}/${resource}?watch=1&resourceVersion=7`,
    namespaced ? `${root}/namespaces/shop/${resource}/web-0` : `${root}/${resource}/web-0`,
  ]
})
const pieces = [
  ...['/', '//', '/./', '/../', '..', '%2e', '%2E%2e', '%2F', '%5c', '\\', ';', ';a=b', '%00', '%0a', ' ', '\t', '+'],
  ...['?', '&', '=', '#', '%', '%25', '%252F', 'secrets', 'configmaps', 'exec', 'proxy', 'log', 'watch', 'namespaces'],
  ...[
    '/exec',
    '/proxy',
    '/secrets',
    '/status',
    '?watch=1',
    '&watch=true',
    '&follow=1',
    '?dryRun=All',
    'S',
    'ſ',
    'K',
    '*',
  ],
]

test('whatever passes is, once decoded by another parser, a read of a kind of the table', () => {
  const mutation = fc.record({
    at: fc.nat({ max: 120 }),
    piece: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })),
    cut: fc.nat({ max: 6 }),
  })
  const mutated = fc.tuple(fc.constantFrom(...reads), fc.array(mutation, { maxLength: 3 })).map(([read, mutations]) =>
    mutations.reduce((text, { at, piece, cut }) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + piece + text.slice(place + cut)
    }, read),
  )
  let passed = 0
  let refused = 0
  fc.assert(
    fc.property(mutated, target => {
      if (get(target) === null) {
        passed += 1
        expect(isEnumeratedRead(decoded(target)), target).toBe(true)
      } else refused += 1
    }),
    { numRuns: 8_000 },
  )
  // Both sides were tried, or the property would hold of a guard that refuses all.
  expect(passed).toBeGreaterThan(800)
  expect(refused).toBeGreaterThan(2_000)
})

test('no method and no header opens what the path does not', () => {
  const target = fc.constantFrom(
    '/api/v1/secrets',
    '/api/v1/namespaces/shop/pods/web-0/exec',
    '/apis/apps/v1/deployments',
  )
  const method = fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'get', 'Get', 'GET\t')
  const headers = fc.array(fc.tuple(fc.stringMatching(/^[a-zA-Z-]{1,20}$/), fc.string({ maxLength: 8 })), {
    maxLength: 4,
  })
  fc.assert(
    fc.property(target, method, headers, (path, verb, fields) => {
      expect(get(path, { method: verb, headers: fields })).not.toBeNull()
    }),
    { numRuns: 2_000 },
  )
})
