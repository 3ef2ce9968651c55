import { READ_ONLY_KINDS } from '@moorage/contract/read-only-kinds.ts'
import { collectionPath } from '@moorage/kube/path.ts'
import { eventResource, projectedKinds } from '@moorage/projector/kinds.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
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

describe('lets through', () => {
  test.each([
    '/version',
    '/livez',
    '/readyz',
    '/healthz',
    '/api',
    '/api/v1',
    '/apis',
    '/apis/apps/v1',
    '/apis/config.openshift.io',
    '/api/v1/nodes',
    '/api/v1/nodes/node-1.example',
    '/api/v1/namespaces',
    '/api/v1/namespaces/kube-system',
    '/api/v1/namespaces/shop?resourceVersion=12',
    '/api/v1/pods?limit=500&continue=abc%3D',
    '/api/v1/pods?watch=1&resourceVersion=12&allowWatchBookmarks=true&timeoutSeconds=300',
    '/api/v1/namespaces/shop/pods',
    '/api/v1/namespaces/shop/pods/web-0',
    '/api/v1/namespaces/pods/pods/exec',
    '/api/v1/events?fieldSelector=metadata.name%3Dweb',
    '/apis/apps/v1/deployments?labelSelector=a+in+%28b%2Cc%29',
    '/apis/batch/v1/namespaces/shop/cronjobs/nightly',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com',
    '/apis/metrics.k8s.io/v1beta1/nodes',
    '/apis/metrics.k8s.io/v1beta1/nodes/node-1',
  ])('GET %s', target => {
    expect(get(target)).toBeNull()
  })

  test('the review of one’s own rights, the one POST', () => {
    const target = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    const headers = [['content-type', 'application/json'] as const]
    expect(get(target, { method: 'POST', headers, framing: { kind: 'length', bytes: 300 } })).toBeNull()
  })

  test('headers that say how to answer, and what is left out anyway', () => {
    const headers = [
      ['accept', 'application/json;as=Table'],
      ['user-agent', 'moorage'],
      ['x-request-id', '1'],
      ['authorization', 'Bearer something'],
    ] as const
    expect(get('/api/v1/pods', { headers })).toBeNull()
  })

  test('all that the projector asks for', () => {
    for (const resource of [...projectedKinds, eventResource]) {
      expect(get(collectionPath(resource, { query: { limit: 500, continue: 'a/b+c==' } })), resource.kind).toBeNull()
      expect(get(collectionPath(resource, { query: { watch: true, resourceVersion: '7' } })), resource.kind).toBeNull()
    }
  })
})

describe('refuses', () => {
  test.each([
    // kinds that are not read
    '/api/v1/secrets',
    '/api/v1/namespaces/shop/secrets',
    '/api/v1/namespaces/shop/secrets/password',
    '/api/v1/configmaps',
    '/api/v1/namespaces/shop/configmaps/app',
    '/api/v1/namespaces/moorage-system/secrets/moorage-agent',
    '/api/v1/namespaces/shop/serviceaccounts/default',
    '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    '/apis/apps/v1beta1/deployments',
    '/apis/metrics.k8s.io/v1beta1/pods',
    '/apis/metrics.k8s.io/v1beta1/nodes?watch=true',
    '/api/v2/pods',
    '/openapi/v2',
    '/metrics',
    '/logs',
    '/debug/pprof',
    '/configz',
    '/',
    '',
    '*',
    // subresources
    '/api/v1/namespaces/shop/pods/web-0/exec',
    '/api/v1/namespaces/shop/pods/web-0/exec?command=sh&stdin=true',
    '/api/v1/namespaces/shop/pods/web-0/attach?stdin=true',
    '/api/v1/namespaces/shop/pods/web-0/portforward',
    '/api/v1/namespaces/shop/pods/web-0/proxy',
    '/api/v1/namespaces/shop/pods/web-0/proxy/admin',
    '/api/v1/namespaces/shop/pods/web-0/log',
    '/api/v1/namespaces/shop/pods/web-0/log?follow=true',
    '/api/v1/namespaces/shop/pods/web-0/status',
    '/api/v1/namespaces/shop/services/web/proxy',
    '/api/v1/namespaces/shop/services/http:web:80/proxy/',
    '/api/v1/nodes/node-1/proxy',
    '/api/v1/nodes/node-1/proxy/logs',
    '/api/v1/namespaces/shop/finalize',
    '/api/v1/namespaces/shop/status',
    '/apis/apps/v1/namespaces/shop/deployments/web/scale',
    // other forms of the same
    '/api/v1/pods/web-0',
    '/api/v1/namespaces/shop/nodes',
    '/api/v1/watch/pods',
    '/api/v1/watch/namespaces/shop/secrets',
    '/api/v1/proxy/nodes/node-1',
    // tricks with paths
    '//api/v1/pods',
    '/api//v1/pods',
    '/api/v1/pods/',
    '/api/v1/namespaces//pods',
    '/api/v1/./pods',
    '/api/v1/nodes/..',
    '/api/v1/nodes/../secrets',
    '/api/v1/nodes/..secrets',
    '/api/v1/pods/../secrets',
    '/api/v1/nodes/%2e%2e/secrets',
    '/api/v1/nodes/%2E%2E/secrets',
    '/api/v1/nodes/x%2Fproxy',
    '/api/v1/namespaces/shop%2fsecrets/pods',
    '/api/v1/namespaces/shop/pods%2Fweb-0%2Fexec',
    '/api/v1/nodes/%252e%252e',
    '/api/v1/%70ods',
    '/api/v1/pods;x=y',
    '/api/v1/nodes/..;/secrets',
    '/api/v1/pods%00',
    '/api/v1/pods%0d%0aHost:x',
    '/api/v1/pods\t',
    '/api/v1/pods ',
    '/api/v1\\pods',
    '/api/v1/Pods',
    '/API/V1/pods',
    '/api/v1/nodes/Node',
    '/api/v1/nodes/-',
    '/api/v1/nodes/a_b',
    '/api/v1/pods#fragment',
    'api/v1/pods',
    'http://other/api/v1/pods',
    '/api/v1/nоdes', // a Cyrillic о
    // queries
    '/api/v1/pods?limit=1?watch=1',
    '/api/v1/pods?dryRun=All',
    '/api/v1/pods?pretty=true',
    '/api/v1/pods?_method=DELETE',
    '/api/v1/pods?limit=1&limit=2',
    '/api/v1/pods?watch',
    '/api/v1/pods?watch=TRUE',
    '/api/v1/pods?w%61tch=1',
    '/api/v1/pods?limit=1;watch=1',
    '/api/v1/pods?limit=-1',
    '/api/v1/pods?labelSelector=%zz',
    '/api/v1/pods?&',
    '/api/v1/nodes/a?watch=1',
    '/version?timeout=1s',
    '/readyz?verbose=1',
    '/readyz/etcd',
  ])('GET %s', target => {
    expect(get(target)).toEqual(expect.any(String))
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACE', 'get', 'LIST', 'GET '])(
    'the method %s',
    method => {
      for (const target of ['/api/v1/pods', '/api/v1/namespaces/shop/pods/web-0', '/version']) {
        expect(get(target, { method })).toEqual(expect.any(String))
      }
    },
  )

  test.each([
    'Impersonate-User',
    'impersonate-group',
    'Impersonate-Extra-scopes',
    'X-Remote-User',
    'x-remote-group',
    'X-Remote-Extra-a',
    'X-HTTP-Method-Override',
    'X-HTTP-Method',
    'X-Method-Override',
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-Forwarded-For',
    'Upgrade',
    'Expect',
    'Sec-WebSocket-Key',
    'HTTP2-Settings',
    'X-Stream-Protocol-Version',
  ])('the header %s', name => {
    for (const spelled of [name, name.toLowerCase(), name.toUpperCase()]) {
      expect(get('/api/v1/pods', { headers: [[spelled, 'x']] })).toContain(spelled)
    }
  })

  test('upgrades, bodies, and reviews that are something else', () => {
    expect(get('/api/v1/pods', { upgrade: 'websocket' })).not.toBeNull()
    expect(get('/api/v1/pods', { framing: { kind: 'length', bytes: 2 } })).not.toBeNull()
    expect(get('/api/v1/pods', { framing: { kind: 'length', bytes: 0 } })).not.toBeNull()
    expect(get('/api/v1/pods', { framing: { kind: 'chunked' } })).not.toBeNull()
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    const review = (more: Partial<Guarded>, target = path) =>
      get(target, {
        method: 'POST',
        headers: [['content-type', 'application/json']],
        framing: { kind: 'length', bytes: 300 },
        ...more,
      })
    expect(review({})).toBeNull()
    expect(review({ framing: { kind: 'chunked' } })).not.toBeNull()
    expect(review({ framing: { kind: 'length', bytes: 1_000_000 } })).not.toBeNull()
    expect(review({ headers: [] })).not.toBeNull()
    expect(review({ headers: [['content-type', 'application/yaml']] })).not.toBeNull()
    expect(review({ upgrade: 'spdy/3.1' })).not.toBeNull()
    expect(review({ method: 'GET' })).not.toBeNull()
    expect(review({}, `${path}?`)).not.toBeNull()
    expect(review({}, `${path}?dryRun=All`)).not.toBeNull()
    expect(review({}, '/apis/authorization.k8s.io/v1/subjectaccessreviews')).not.toBeNull()
    expect(review({}, '/api/v1/namespaces/shop/serviceaccounts/default/token')).not.toBeNull()
  })
})

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
