import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from './parse.ts'
import { Refusal } from './refusal.ts'

const requests = [
  '/api/v1/pods',
  '/api/v1/pods?watch=1&resourceVersion=7',
  '/api/v1/namespaces/shop/pods/web-0',
  '/api/v1/namespaces/shop/pods/web-0/exec?command=sh&stdin=true',
  '/api/v1/namespaces/shop/pods/web-0/log?follow=true',
  '/api/v1/namespaces/shop/secrets/password',
  '/api/v1/namespaces/shop/services/http:web:80/proxy/a/b?c=d',
  '/api/v1/watch/namespaces/shop/secrets',
  '/api/v1/secrets?fieldSelector=metadata.name%3Dpassword',
  '/apis/apps/v1/namespaces/shop/deployments/web/scale',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node',
  '/openapi/v3/apis/apps/v1?hash=A1',
]
const pieces = [
  ...[
    '/',
    '//',
    '/./',
    '/../',
    '..',
    '.',
    '%2e',
    '%2E%2e',
    '%2F',
    '%2f',
    '%5c',
    '\\',
    ';',
    ';a=b',
    '%3b',
    '%00',
    '%0a',
  ],
  ...['?', '&', '=', '#', '%', '%25', '%252F', ' ', '\t', '+', '%20', '%3a', 'secrets', 'exec', '/exec', '/proxy/x'],
  ...[
    '/watch',
    'watch=1',
    '&watch=0',
    'namespaces/',
    '/status',
    'A',
    'ſ',
    'K',
    '*',
    ':',
    '%c3%a9',
    '%ff',
    'api',
    '/api/v1',
  ],
]

const mutated = fc
  .tuple(
    fc.constantFrom(...requests),
    fc.array(
      fc.record({
        at: fc.nat({ max: 120 }),
        piece: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })),
        cut: fc.nat({ max: 6 }),
      }),
      { maxLength: 3 },
    ),
  )
  .map(([request, mutations]) =>
    mutations.reduce((text, { at, piece, cut }) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + piece + text.slice(place + cut)
    }, request),
  )
const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE')

/** What a server makes of a path that decodes as often as it goes and resolves dots: written without the parser’s own code. */
function fullyDecoded(target: string): string[] {
  let path = target.split('?', 1)[0] ?? ''
  for (let before = ''; before !== path; ) {
    before = path
    path = decodeURIComponent(path).replaceAll('\\', '/')
  }
  const resolved: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') resolved.pop()
    else if (segment !== '' && segment !== '.') resolved.push(segment)
  }
  return resolved
}

/** Every segment that is said to be something, in its order. */
const said = (info: ReturnType<typeof parse>['info']) =>
  info.kind === 'non-resource'
    ? info.path.split('/').filter(segment => segment !== '')
    : [info.namespace, info.resource, info.name, info.subresource].filter(part => part !== null)

test('what passes is sent on in a form that nobody reads differently', () => {
  let passed = 0
  let refused = 0
  fc.assert(
    fc.property(method, mutated, (verb, target) => {
      let once: ReturnType<typeof parse>
      try {
        once = parse({ method: verb, target, headers: [] })
      } catch (error) {
        expect(error, target).toBeInstanceOf(Refusal)
        refused += 1
        return
      }
      passed += 1
      // Reading it again changes nothing: it is the canonical form.
      expect(parse({ method: verb, target: once.target, headers: [] })).toEqual(once)
      expect(once.target).toMatch(/^\/[\x21\x22\x24-\x7e]*$/)
      expect(once.target.split('?')[0]).not.toMatch(/\/\/|\/\.{1,2}(\/|$)|%2[ef]|%5c|;|\\|%25/i)
      const decoded = fullyDecoded(once.target)
      const written =
        once.target
          .split('?')[0]
          ?.split('/')
          .filter(segment => segment !== '') ?? []
      expect(decoded.length, target).toBe(written.length)
      if (!once.target.includes('fieldSelector')) {
        for (const part of said(once.info)) expect(decoded, target).toContain(part)
      }
    }),
    { numRuns: 3_000 },
  )
  expect(passed).toBeGreaterThan(400)
  expect(refused).toBeGreaterThan(700)
})

test('nothing but a request for a Secret is one, and each is seen as one', () => {
  fc.assert(
    fc.property(method, mutated, (verb, target) => {
      let info: ReturnType<typeof parse>['info']
      let sent: string
      try {
        const read = parse({ method: verb, target, headers: [] })
        info = read.info
        sent = read.target
      } catch {
        return
      }
      const segments = fullyDecoded(sent)
      const isSecret = info.kind === 'resource' && info.apiGroup === '' && info.resource === 'secrets'
      const [, , ...rest] = segments
      const below = rest[0] === 'watch' ? rest.slice(1) : rest
      const kind = below[0] === 'namespaces' && below.length > 2 ? below[2] : below[0]
      expect(isSecret, sent).toBe(segments[0] === 'api' && segments.length > 2 && kind === 'secrets')
    }),
    { numRuns: 3_000 },
  )
})

test('no header of any spelling makes somebody else of the sender', () => {
  const separators = fc.constantFrom('-', '_', '--', '_-', '.')
  const stem = fc.constantFrom(
    'impersonate user',
    'impersonate group',
    'impersonate extra scopes',
    'impersonate uid',
    'x remote user',
    'x remote extra a',
    'x http method override',
  )
  const spelled = fc
    .tuple(stem, separators, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }))
    .map(([words, separator, upper]) =>
      [...words.replaceAll(' ', separator)].map((each, at) => (upper[at] ? each.toUpperCase() : each)).join(''),
    )
  fc.assert(
    fc.property(spelled, fc.constantFrom(...requests), (name, target) => {
      const headers = ['Host', 'hub', name, 'system:masters', 'Accept', 'application/json']
      expect(() => parse({ method: 'GET', target, headers })).toThrow(Refusal)
    }),
  )
})
