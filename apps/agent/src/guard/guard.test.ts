import { collectionPath } from '@moorage/kube/path.ts'
import { eventResource, projectedKinds } from '@moorage/projector/kinds.ts'
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
