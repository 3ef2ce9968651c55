import { describe, expect, test } from 'vitest'
import { toConfig, type Values } from './config.ts'
import { ConfigError } from './config-error.ts'
import { keptChange, overOf, readChange, withChange } from './settings.ts'

const CA = `-----BEGIN CERTIFICATE-----
MIIBaDCCAQ6gAwIBAgIUMNEBa4M0KcbBQG5ovtMRuVw3KYIwCgYIKoZIzj0EAwIw
-----END CERTIFICATE-----`
const values: Values = {
  'hub-url': 'https://hub.example.com\n',
  'hub-instance': 'aaaaaaaa-1111-4222-8333-444444444444',
  mode: 'read-only',
  namespace: 'moorage-system',
}
const pod = { pod: 'moorage-agent-7d4b-x', spares: 4 }
const config = (more: Record<string, string> = {}) => toConfig({ ...values, ...more }, pod)
const without = (key: string) =>
  toConfig(Object.fromEntries(Object.entries(values).filter(([name]) => name !== key)), pod)

test('reads what the manifest says', () => {
  const full = config({
    'https-proxy': 'http://user:pass@proxy:3128',
    'no-proxy': '10.0.0.0/8',
    'hub-pin': `${'A'.repeat(43)}=`,
    spares: '2',
    mode: 'full',
    future: 'unknown keys are of a newer hub',
  })
  expect(full).toMatchObject({ mode: 'full', spares: 2, namespace: 'moorage-system', pod: 'moorage-agent-7d4b-x' })
  expect(full.hub).toEqual({ url: new URL('https://hub.example.com/'), ca: null, pins: [`${'A'.repeat(43)}=`] })
  expect(full.proxy).toEqual({ https: new URL('http://user:pass@proxy:3128'), http: null, no: '10.0.0.0/8' })
  expect(config()).toMatchObject({ spares: 4, proxy: { https: null, http: null, no: '' } })
})

describe('says in a sentence what is wrong', () => {
  test.each([
    [() => without('hub-url'), 'has no hub-url'],
    [() => without('hub-instance'), 'has no hub-instance'],
    [() => without('mode'), 'has no mode'],
    [() => without('namespace'), 'has no namespace'],
    [() => config({ mode: 'admin' }), '“admin”'],
    [() => config({ namespace: 'a/b' }), '“a/b”'],
    [() => config({ 'hub-url': 'hub.example.com' }), 'which is no URL'],
    [() => config({ 'hub-url': 'http://hub.example.com' }), 'by https only'],
    [() => config({ 'hub-url': 'https://u:p@hub.example.com' }), 'more than a scheme'],
    [() => config({ 'https-proxy': 'proxy:3128' }), 'no URL of a proxy'],
    [() => config({ 'https-proxy': 'socks5://proxy:1080' }), 'no URL of a proxy'],
    [() => config({ 'ca.crt': CA }), 'no certificate that can be read'],
    [() => config({ 'hub-pin': 'abc' }), 'Entry 1 of hub-pin'],
    [() => config({ spares: '0' }), '1 to 64'],
    [() => toConfig(values, { ...pod, pod: undefined }), 'POD_NAME'],
  ])('%#: %s', (read, words) => {
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(words)
  })

  test('and never with a password', () => {
    expect(() => config({ 'https-proxy': 'ftp://user:hunter2@proxy' })).not.toThrow(/hunter2/)
  })
})

test('a hub on the same machine may be reached without TLS', () => {
  for (const url of ['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080']) {
    expect(config({ 'hub-url': url }).hub.url.href).toBe(`${url}/`)
  }
})

describe('a change that came over the tunnel', () => {
  const { hub } = config()

  test('takes the place of what it names', () => {
    expect(withChange(hub, { hubUrl: 'https://new.example.com' }).url.host).toBe('new.example.com')
    expect(() => withChange(hub, { hubUrl: 'http://new.example.com' })).toThrow('by https only')
    expect(() => withChange(hub, { ca: 'nothing' })).toThrow('no certificate')
  })

  test('holds until the owner applies another manifest', () => {
    const kept = JSON.stringify({ hubUrl: 'https://new.example.com', over: overOf(hub) })
    expect(keptChange({ hub }, kept)?.hubUrl).toBe('https://new.example.com')
    expect(keptChange({ hub: config({ 'hub-url': 'https://third.example.com' }).hub }, kept)).toBeNull()
    expect(keptChange({ hub }, undefined)).toBeNull()
    expect(keptChange({ hub }, 'no JSON')).toBeNull()
  })

  test('is read with care', () => {
    expect(readChange({ hubUrl: 'https://a', more: 1 })).toEqual({ hubUrl: 'https://a' })
    for (const odd of [null, [], 'x', {}, { hubUrl: 1 }, { ca: {} }]) expect(readChange(odd)).toBeNull()
  })
})
