import { expect, test } from 'vitest'
import { proxyAuthorization, proxyFor } from './proxy.ts'

const PROXY = 'http://proxy.example.org:3128'
const HUB = 'https://hub.example.org:8443'
const of = (url: string, env: Record<string, string>) => proxyFor(url, env)?.host ?? null

test('the variable for the scheme, in capitals or not, and the plain one where there is no other', () => {
  expect(of(HUB, {})).toBe(null)
  expect(of(HUB, { HTTPS_PROXY: PROXY })).toBe('proxy.example.org:3128')
  expect(of(HUB, { HTTPS_PROXY: '', https_proxy: PROXY })).toBe('proxy.example.org:3128')
  expect(of(HUB, { http_proxy: 'proxy.example.org:3128' })).toBe('proxy.example.org:3128')
  expect(of('http://hub.example.org', { HTTPS_PROXY: PROXY })).toBe(null)
})

test.each(['https://localhost:1', 'https://127.0.0.1:8443', 'https://[::1]:1'])('%s is reached without', url => {
  expect(of(url, { HTTPS_PROXY: PROXY })).toBe(null)
})

test.each([
  ['hub.example.org', true],
  ['example.org', true],
  ['.example.org', true],
  ['*.example.org', true],
  ['other.org, EXAMPLE.org', true],
  ['hub.example.org:8443', true],
  ['*', true],
  ['hub.example.org:443', false],
  ['ample.org', false],
  ['', false],
])('NO_PROXY=%s', (list, exempt) => {
  expect(of(HUB, { HTTPS_PROXY: PROXY, NO_PROXY: list }) === null).toBe(exempt)
})

test.each(['socks5://127.0.0.1:1', 'http://', 'http://u:planted@[bad'])('%s is refused and not repeated', value => {
  expect(() => proxyFor(HUB, { HTTPS_PROXY: value })).toThrow(/^(?!.*planted).*no http:\/\/ address/)
})

test('user and password go to the proxy', () => {
  expect(proxyAuthorization(new URL('http://u:p%40ss@proxy'))).toBe(`Basic ${Buffer.from('u:p@ss').toString('base64')}`)
  expect(proxyAuthorization(new URL(PROXY))).toBe(undefined)
})
