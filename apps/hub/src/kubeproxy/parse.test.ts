import { describe, expect, test } from 'vitest'
import { type Given, parse } from './parse.ts'
import { Refusal } from './refusal.ts'
import type { RequestInfo } from './request-info.ts'

const parsed = (target: string, more: Partial<Given> = {}) => parse({ method: 'GET', headers: [], ...more, target })

/** The refusal of a request, or a failure where it is let through. */
function refused(target: string, more: Partial<Given> = {}): Refusal {
  try {
    parsed(target, more)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error(`${more.method ?? 'GET'} ${target} was not refused.`)
}

const pods = {
  kind: 'resource',
  apiGroup: '',
  apiVersion: 'v1',
  resource: 'pods',
  subresource: null,
  name: null,
  namespace: null,
} as const

describe('understands', () => {
  test.each<[string, string, Partial<RequestInfo>]>([
    ['GET', '/api/v1/pods', { ...pods, verb: 'list' }],
    ['HEAD', '/api/v1/pods', { ...pods, verb: 'list' }],
    ['GET', '/api/v1/pods?watch=1', { ...pods, verb: 'watch' }],
    ['GET', '/api/v1/pods?watch', { ...pods, verb: 'watch' }],
    ['GET', '/api/v1/pods?w%61tch=true', { ...pods, verb: 'watch' }],
    ['GET', '/api/v1/pods?watch=FALSE', { ...pods, verb: 'list' }],
    ['GET', '/api/v1/pods?watch=0', { ...pods, verb: 'list' }],
    ['GET', '/api/v1/watch/pods', { ...pods, verb: 'watch' }],
    ['GET', '/api/v1/watch/namespaces/shop/pods/web', { ...pods, verb: 'watch', namespace: 'shop', name: 'web' }],
    ['DELETE', '/api/v1/namespaces/shop/pods', { ...pods, verb: 'deletecollection', namespace: 'shop' }],
    ['DELETE', '/api/v1/namespaces/shop/pods/web', { ...pods, verb: 'delete', namespace: 'shop', name: 'web' }],
    ['POST', '/api/v1/namespaces/shop/pods', { ...pods, verb: 'create', namespace: 'shop' }],
    ['GET', '/api/v1/pods?fieldSelector=metadata.name%3Dweb', { ...pods, verb: 'list', name: 'web' }],
    ['GET', '/api/v1/pods?fieldSelector=metadata.name%3Dweb&watch=1', { ...pods, verb: 'watch', name: 'web' }],
    ['GET', '/api/v1/pods?fieldSelector=metadata.name!=web', { ...pods, verb: 'list', name: null }],
    ['GET', '/api/v1/namespaces/shop', { verb: 'get', resource: 'namespaces', name: 'shop', namespace: 'shop' }],
    ['PUT', '/api/v1/namespaces/shop/finalize', { resource: 'namespaces', subresource: 'finalize', name: 'shop' }],
    ['GET', '/apis/apps/v1/deployments', { apiGroup: 'apps', resource: 'deployments', verb: 'list' }],
    ['GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode', { verb: 'get', name: 'system:node' }],
    ['GET', '/api/v1/namespaces/s/services/web:80/proxy/a/', { subresource: 'proxy', name: 'web:80', verb: 'get' }],
    [
      'GET',
      '/apis/custom.metrics.k8s.io/v1beta1/namespaces/s/pods/*/http_requests',
      { name: '*', subresource: 'http_requests' },
    ],
    ['GET', '/', { kind: 'non-resource', verb: 'get', path: '/' }],
    ['GET', '/api', { kind: 'non-resource', path: '/api' }],
    ['GET', '/apis/apps/v1', { kind: 'non-resource', path: '/apis/apps/v1' }],
    ['GET', '/version/', { kind: 'non-resource', path: '/version/' }],
    ['POST', '/logs', { kind: 'non-resource', verb: 'post' }],
  ])('%s %s', (method, target, expected) => {
    expect(parsed(target, { method }).info).toMatchObject(expected)
  })

  test('what connects, whatever the method', () => {
    for (const sub of ['exec', 'attach', 'portforward', 'proxy']) {
      for (const method of ['GET', 'POST']) {
        expect(parsed(`/api/v1/namespaces/shop/pods/web/${sub}`, { method }).connects, sub).toBe(true)
      }
    }
    expect(parsed('/api/v1/nodes/n/proxy/logs/x').connects).toBe(true)
    expect(parsed('/api/v1/namespaces/shop/pods/web/log').connects).toBe(false)
    expect(parsed('/api/v1/namespaces/shop/pods/exec').connects).toBe(false)
  })

  test('an address in the one form that it has', () => {
    expect(parsed('/api/v1/n%61mespaces/shop/pods/a%3Ab?x=%2F..').target).toBe(
      '/api/v1/namespaces/shop/pods/a:b?x=%2F..',
    )
    expect(parsed('/api/v1/pods?').target).toBe('/api/v1/pods')
  })
})

describe('refuses', () => {
  test.each([
    '',
    '*',
    'api/v1/pods',
    'http://other/api/v1/pods',
    '//api/v1/pods',
    '/api//v1/pods',
    '/api/v1/pods//',
    '/api/v1/./pods',
    '/api/v1/pods/..',
    '/api/v1/nodes/../secrets',
    '/api/v1/nodes/%2e%2e/secrets',
    '/api/v1/nodes/%2E/x',
    '/api/v1/nodes/a%2eb',
    '/api/v1/nodes/.%2e/secrets',
    '/api/v1/nodes/x%2Fproxy',
    '/api/v1/nodes/x%2fproxy',
    '/api/v1/nodes/x%5Cproxy',
    '/api/v1/nodes/x%252Fproxy',
    '/api/v1/nodes/x%3Bproxy',
    '/api/v1/nodes/x;a=b',
    '/api/v1\\pods',
    '/api/v1/pods%00',
    '/api/v1/pods%0d%0aHost:x',
    '/api/v1/pods\t',
    '/api/v1/pods ',
    '/api/v1/pods#fragment',
    '/api/v1/pods%',
    '/api/v1/pods%zz',
    '/api/v1/pods%ff',
    '/api/v1/nоdes', // a Cyrillic о
    '/API/v1/pods',
    '/Apis/apps/v1/deployments',
    '/api/V1/pods',
    '/api/v1/Pods',
    '/apis/Apps/v1/deployments',
    '/api/v1/pods/',
    '/api/v1/namespaces/shop/pods/web/',
    '/api/v1/namespaces/shop/pods/web/log/x',
    '/api/v1/namespaces/Shop/pods',
    '/api/v1/namespaces/../pods',
    '/api/v1/watch',
    '/api/v1/proxy/nodes/n',
    '/api/v1/pods?a=1;watch=1',
    '/api/v1/pods?watch=0&watch=1',
    '/api/v1/pods?watch=0&w%61tch=1',
    '/api/v1/pods?a=%zz',
    '/api/v1/pods?a=%ff',
    '/api/v1/pods?a=b#c',
    '/api/v1/pods?a=b c',
    '/api/v1/pods?fieldSelector=metadata.name',
    '/api/v1/pods?fieldSelector=metadata.name=a%5Cb',
    `/api/v1/pods?${'a'.repeat(33_000)}`,
  ])('GET %s', target => {
    expect([400, 404]).toContain(refused(target).status)
  })

  test.each(['OPTIONS', 'TRACE', 'CONNECT', 'get', 'WATCH', 'LIST', 'GET '])('the method %s', method => {
    expect(refused('/api/v1/pods', { method }).status).toBe(405)
  })

  test('a watch by a path that is written to', () => {
    expect(refused('/api/v1/watch/pods', { method: 'DELETE' }).status).toBe(405)
  })

  test.each([
    ['Impersonate-User', 'admin'],
    ['impersonate-group', 'system:masters'],
    ['Impersonate_User', 'admin'],
    ['impersonate-extra-scopes', 'x'],
    ['IMPERSONATE__UID', 'x'],
    ['X-Remote-User', 'admin'],
    ['x_remote_group', 'system:masters'],
    ['X-Http-Method-Override', 'DELETE'],
    ['x-method-override', 'DELETE'],
    ['X-HTTP-Method', 'DELETE'],
    ['X-Original-URL', '/api/v1/secrets'],
    ['Connection', 'authorization'],
    ['Connection', 'keep-alive, Impersonate-User'],
    ['Connection', 'upgrade'],
    ['Upgrade', 'websocket'],
    ['HTTP2-Settings', 'AAMAAABkAAQCAAAAAAIAAAAA'],
    ['Content-Length', '5'],
    ['Content-Length', '+5'],
    ['Content-Length', '0x5'],
    ['Transfer-Encoding', 'chunked'],
    ['Transfer-Encoding', 'gzip, chunked'],
  ])('a GET with %s: %s', (name, value) => {
    expect(refused('/api/v1/pods', { headers: ['Host', 'hub', name, value] }).status).toBe(400)
  })

  test.each([
    [['Content-Length', '5', 'Transfer-Encoding', 'chunked']],
    [['Content-Length', '5', 'content-length', '6']],
    [['Authorization', 'Bearer a', 'authorization', 'Bearer b']],
    [['Host', 'a', 'Host', 'b']],
    [['Content-Type', 'a/b', 'Content-type', 'c/d']],
    [['Transfer-Encoding', 'identity']],
  ])('a POST with %j', headers => {
    expect(refused('/api/v1/namespaces/shop/pods', { method: 'POST', headers }).status).toBe(400)
  })

  const websocket = ['Connection', 'Upgrade', 'Upgrade', 'websocket']
  test('upgrades of what is no stream, or to something else', () => {
    expect(parsed('/api/v1/namespaces/shop/pods/web/exec', { headers: websocket }).upgrade).toBe('websocket')
    expect(parsed('/api/v1/pods?watch=1', { headers: websocket }).upgrade).toBe('websocket')
    const vm = '/apis/subresources.kubevirt.io/v1/namespaces/shop/virtualmachineinstances/web'
    expect(parsed(`${vm}/console`, { headers: websocket })).toMatchObject({ upgrade: 'websocket', connects: true })
    expect(parsed(`${vm}/console`)).toMatchObject({ connects: false })
    expect(refused(vm, { headers: websocket }).status).toBe(400)
    const inKubernetes = '/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods/web/console'
    expect(refused(inKubernetes, { headers: websocket }).status).toBe(400)
    for (const target of ['/api/v1/pods', '/version', '/api/v1/namespaces/shop/pods/web']) {
      expect(refused(target, { headers: websocket }).status).toBe(400)
    }
    const exec = '/api/v1/namespaces/shop/pods/web/exec'
    for (const protocol of ['h2c', 'TLS/1.0', 'websocket, h2c', 'moorage-tunnel/1']) {
      expect(refused(exec, { headers: ['Connection', 'Upgrade', 'Upgrade', protocol] }).status).toBe(400)
    }
    expect(refused(exec, { method: 'POST', headers: [...websocket, 'Content-Length', '3'] }).status).toBe(400)
  })
})
