import { describe, expect, test } from 'vitest'
import { readMount } from './mount.ts'
import { parse } from './parse.ts'
import { isLong, isRead, readOnlyTarget, targetOf, wanted } from './rights.ts'

const facts = { id: '1', name: 'alpha', labels: {}, projects: ['default'], mode: 'full' as const }
const of = (method: string, target: string) => parse({ method, target, headers: [] })
const verbs = (method: string, target: string) => wanted(of(method, target), facts).map(({ verb }) => verb)

describe('what has to be allowed', () => {
  test('to run a command by GET is as much as by POST, and more', () => {
    expect(verbs('GET', '/api/v1/namespaces/s/pods/web/exec')).toEqual(['get', 'create'])
    expect(verbs('POST', '/api/v1/namespaces/s/pods/web/exec')).toEqual(['create'])
    expect(verbs('GET', '/api/v1/nodes/n/proxy/exec')).toEqual(['get', 'create'])
    expect(verbs('GET', '/api/v1/namespaces/s/pods/web/log')).toEqual(['get'])
  })

  test('so is what an add-on has of its own, where it goes on as another protocol', () => {
    const target = '/apis/subresources.kubevirt.io/v1/namespaces/s/virtualmachineinstances/web/console'
    const headers = ['Connection', 'Upgrade', 'Upgrade', 'websocket']
    expect(wanted(parse({ method: 'GET', target, headers }), facts).map(({ verb }) => verb)).toEqual(['get', 'create'])
    expect(verbs('GET', target)).toEqual(['get'])
  })

  test('looking is told from changing', () => {
    const looks = ['/api/v1/pods', '/api/v1/pods?watch=1', '/version', '/api/v1/namespaces/s/pods/web/log']
    for (const target of looks) expect(isRead(of('GET', target)), target).toBe(true)
    for (const sub of ['exec', 'attach', 'portforward', 'proxy/x']) {
      expect(isRead(of('GET', `/api/v1/namespaces/s/pods/web/${sub}`)), sub).toBe(false)
    }
    expect(isRead(of('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'))).toBe(false)
  })
})

test('what may go on for long is known', () => {
  expect(isLong(of('GET', '/api/v1/pods?watch=true'))).toBe(true)
  expect(isLong(of('GET', '/api/v1/watch/pods'))).toBe(true)
  expect(isLong(of('GET', '/api/v1/namespaces/s/pods/web/log?tailLines=1&follow=true'))).toBe(true)
  expect(isLong(of('GET', '/api/v1/pods?limit=500'))).toBe(false)
})

test('the audit has no query, and no path of what is proxied to', () => {
  expect(targetOf({ target: '/api/v1/namespaces/s/pods/web/exec?command=secret' })).toBe(
    '/api/v1/namespaces/s/pods/web/exec',
  )
  expect(targetOf({ target: '/api/v1/namespaces/s/services/web/proxy/reset/token-x' })).toBe(
    '/api/v1/namespaces/s/services/web/proxy',
  )
})

test('a read-only member is asked in plain words', () => {
  expect(readOnlyTarget('/version/?timeout=32s')).toBe('/version')
  expect(readOnlyTarget('/api?timeout=32s')).toBe('/api')
  expect(readOnlyTarget('/api/v1/pods?limit=500&timeout=1s')).toBe('/api/v1/pods?limit=500')
  expect(readOnlyTarget('/api/v1/pods?timeout=1s&limit=500')).toBe('/api/v1/pods?limit=500')
  expect(readOnlyTarget('/api/v1/pods?timeoutSeconds=5&watch=1')).toBe('/api/v1/pods?timeoutSeconds=5&watch=1')
})

test('addresses below /k8s/ name a cluster and what is asked there', () => {
  expect(readMount('/k8s/alpha/api/v1/pods?x=1')).toEqual({
    ref: 'alpha',
    prefix: '/k8s/alpha',
    target: '/api/v1/pods?x=1',
  })
  expect(readMount('/k8s/alpha').target).toBe('/')
  expect(readMount('/k8s/alpha?x=1').target).toBe('/?x=1')
  for (const url of ['/k8s/', '/k8s/../x', '/k8s/%61lpha/x', '/k8s/a;b/x', '/k8s//x', '/k8s/.alpha/x']) {
    expect(() => readMount(url), url).toThrow(/no name of a cluster/)
  }
})
