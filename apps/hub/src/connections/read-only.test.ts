import { Readable } from 'node:stream'
import { collectionPath } from '@moorage/kube/path.ts'
import type { KubeRequest, KubeTransport } from '@moorage/kube/transport.ts'
import { eventResource, projectedKinds } from '@moorage/projector/kinds.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readablePaths, readOnlyTransport, refusedOnReadOnly } from './read-only.ts'

const get = (path: string, more: Partial<KubeRequest> = {}) => refusedOnReadOnly({ method: 'GET', path, ...more })

describe('lets through', () => {
  test.each([
    '/version',
    '/readyz',
    '/api',
    '/apis',
    '/api/v1',
    '/apis/apps/v1',
    '/apis/config.openshift.io',
    '/api/v1/nodes',
    '/api/v1/nodes/node-1.example',
    '/api/v1/namespaces',
    '/api/v1/namespaces/kube-system',
    '/api/v1/pods?limit=500&continue=abc%3D',
    '/api/v1/pods?watch=1&resourceVersion=12&allowWatchBookmarks=true&timeoutSeconds=300',
    '/api/v1/namespaces/shop/pods',
    '/api/v1/namespaces/shop/pods/web-0',
    '/api/v1/events',
    '/apis/apps/v1/deployments?labelSelector=a%3Db',
    '/apis/batch/v1/namespaces/shop/cronjobs/nightly',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com',
    '/apis/metrics.k8s.io/v1beta1/nodes',
  ])('GET %s', path => {
    expect(get(path)).toBeNull()
  })

  test('the review of one’s own rights, the one POST', () => {
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    const headers = { 'content-type': 'application/json', Accept: 'application/json' }
    expect(refusedOnReadOnly({ method: 'POST', path, headers, body: '{}' })).toBeNull()
  })
})

test('lets the projector read every kind that it reads, and is no wider than that and metrics', () => {
  for (const resource of [...projectedKinds, eventResource]) {
    expect(get(collectionPath(resource, { query: { limit: 500, continue: 'a/b+c==' } })), resource.kind).toBeNull()
    expect(get(collectionPath(resource, { query: { watch: true, resourceVersion: '7' } })), resource.kind).toBeNull()
  }
  const known = new Set([...projectedKinds, eventResource].map(resource => collectionPath(resource)))
  expect(
    readablePaths()
      .filter(path => !known.has(path))
      .toSorted(),
  ).toEqual(['/apis/metrics.k8s.io/v1beta1/nodes'])
})

describe('refuses', () => {
  test.each([
    // kinds that are not read
    '/api/v1/secrets',
    '/api/v1/namespaces/shop/secrets',
    '/api/v1/namespaces/shop/secrets/password',
    '/api/v1/configmaps',
    '/api/v1/namespaces/shop/configmaps/app',
    '/api/v1/namespaces/shop/serviceaccounts/default',
    '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    '/apis/apps/v1beta1/deployments',
    // connect and other subresources
    '/api/v1/namespaces/shop/pods/web-0/exec',
    '/api/v1/namespaces/shop/pods/web-0/attach?stdin=true',
    '/api/v1/namespaces/shop/pods/web-0/portforward',
    '/api/v1/namespaces/shop/pods/web-0/proxy',
    '/api/v1/namespaces/shop/pods/web-0/proxy/admin',
    '/api/v1/namespaces/shop/pods/web-0/log',
    '/api/v1/namespaces/shop/services/web/proxy',
    '/api/v1/nodes/node-1/proxy',
    '/api/v1/nodes/node-1/proxy/logs',
    '/api/v1/namespaces/shop/finalize',
    '/api/v1/namespaces/shop/status',
    // other forms of the same
    '/api/v1/watch/secrets',
    '/api/v1/watch/pods',
    '/api/v1/proxy/nodes/node-1',
    '/api/v1/pods/web-0',
    '/api/v1/namespaces/shop/nodes',
    '/apis/apps/v1/namespaces/shop',
    '/logs/',
    '/metrics',
    '/debug/pprof',
    '/openapi/v2',
    '/',
    '',
    'api/v1/pods',
    // paths that a server might read as another one
    '//api/v1/pods',
    '/api/v1//pods',
    '/api/v1/pods/',
    '/api/v1/namespaces//pods',
    '/api/v1/namespaces/../secrets',
    '/api/v1/namespaces/shop/pods/../secrets',
    '/api/v1/namespaces/shop/pods/..',
    '/api/v1/namespaces/./secrets',
    '/api/v1/namespaces/shop/pods/%2e%2e/secrets',
    '/api/v1/namespaces/shop%2fsecrets/pods',
    '/api/v1/%73ecrets',
    '/api/v1/pods;/../secrets',
    '/api/v1/pods;x=y',
    '/api/v1/pods\\..\\secrets',
    '/api/v1/PODS',
    '/api/v1/pods\r\nX: y',
    '/api/v1/pods\n',
    '/api/v1/pods#x',
    '/api/v1/pods x',
    '/apis/..',
    '/apis/../api',
    '/apis/apps/..',
    'https://other.example/api/v1/pods',
    '/api/v1/__proto__',
    // queries that change what is done
    '/api/v1/pods?_method=DELETE',
    '/api/v1/pods?limit=1&x-http-method-override=DELETE',
    '/api/v1/pods?WATCH=1',
    '/api/v1/pods?%77atch=1',
    '/api/v1/pods?limit=1?_method=DELETE',
    '/api/v1/pods?limit=1;_method=DELETE&dryRun=All',
    '/api/v1/pods?',
    '/api/v1/pods?limit=1;_method=DELETE',
    '/api/v1/pods?limit=1\r\nX: y',
    '/version?timeout=1',
  ])('GET %j', path => {
    expect(get(path)).not.toBeNull()
  })

  test.each(['PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'POST'] as const)('%s of what may be read', method => {
    for (const path of ['/api/v1/pods', '/api/v1/namespaces/shop/pods/web-0', '/version'])
      expect(refusedOnReadOnly({ method, path })).not.toBeNull()
  })

  test('other posts than the review, and the review with a query', () => {
    const review = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    for (const path of [
      `${review}?dryRun=All`,
      `${review}/`,
      '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      '/apis/authentication.k8s.io/v1/tokenreviews',
      '/api/v1/namespaces/shop/serviceaccounts/default/token',
    ])
      expect(refusedOnReadOnly({ method: 'POST', path, body: '{}' }), path).not.toBeNull()
  })

  test.each(['Impersonate-User', 'X-HTTP-Method-Override', 'Upgrade', 'Connection', 'X-Remote-User', 'Authorization'])(
    'a read with the header %s',
    name => {
      expect(get('/api/v1/pods', { headers: { [name]: 'x' } })).not.toBeNull()
    },
  )

  test('a read with a body', () => {
    expect(get('/api/v1/pods', { body: '{}' })).not.toBeNull()
  })
})

test('what passes is read as the same path by everybody, and its kind is one of the enumerated', () => {
  const kinds = ['pods', 'nodes', 'namespaces', 'events', 'deployments', 'secrets', 'configmaps']
  const piece = fc.oneof(
    fc.constantFrom(...['api', 'apis', 'v1', 'apps', 'shop', 'web-0', ...kinds]),
    fc.constantFrom(...['exec', 'proxy', 'log', 'watch', 'token', 'status', '..', '.', '', '%2e%2e', ';', '%2f']),
    fc.string({ maxLength: 6 }),
  )
  const start = fc.constantFrom('', '/api/v1', '/apis/apps/v1', '/api/v1/namespaces/shop', '/apis')
  const path = fc.tuple(start, fc.array(piece, { maxLength: 5 })).map(([first, rest]) => [first, ...rest].join('/'))
  let objects = 0
  fc.assert(
    fc.property(path, candidate => {
      if (get(candidate) !== null) return
      expect(new URL(candidate, 'https://member.example').pathname).toBe(candidate)
      expect(decodeURIComponent(candidate)).toBe(candidate)
      const kind = /^\/(?:api|apis\/[^/]+)\/v1\/(?:namespaces\/[^/]+\/)?([^/]+)(?:\/[^/]+)?$/.exec(candidate)?.[1]
      if (kind === undefined) return
      objects++
      expect(['pods', 'nodes', 'namespaces', 'events', 'deployments', 'services']).toContain(kind)
    }),
    { numRuns: 5000 },
  )
  expect(objects).toBeGreaterThan(50)
})

describe('around a transport', () => {
  const sent: KubeRequest[] = []
  const inner: KubeTransport = {
    kind: 'direct',
    async request(request) {
      sent.push(request)
      return { status: 200, headers: {}, body: Readable.from([]), trailers: () => ({}) }
    },
    async upgrade() {
      throw new Error('reached the member')
    },
    async [Symbol.asyncDispose]() {},
  }
  const signal = new AbortController().signal

  test('nothing that is refused reaches the member, and the error says what and why', async () => {
    sent.length = 0
    const wall = readOnlyTransport(inner)
    await expect(wall.request({ method: 'GET', path: '/api/v1/secrets' }, signal)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('GET /api/v1/secrets'),
    })
    const exec = '/api/v1/namespaces/shop/pods/web-0/exec'
    await expect(wall.upgrade({ method: 'GET', path: exec }, signal)).rejects.toMatchObject({ code: 'forbidden' })
    expect(sent).toEqual([])
    await wall.request({ method: 'GET', path: '/api/v1/pods' }, signal)
    expect(sent.map(request => request.path)).toEqual(['/api/v1/pods'])
  })
})
