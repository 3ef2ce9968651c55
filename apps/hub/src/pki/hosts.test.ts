import { expect, test } from 'vitest'
import { serverHosts } from './hosts.ts'

const values = (...args: Parameters<typeof serverHosts>) =>
  serverHosts(...args).map(({ type, value }) => `${type}:${value}`)

test.each([
  ['127.0.0.1', null, ['ip:127.0.0.1', 'dns:localhost', 'ip:::1']],
  ['::', null, ['dns:box', 'dns:localhost', 'ip:127.0.0.1', 'ip:::1']],
  [
    '10.1.2.3',
    'https://Hub.example.org',
    ['dns:hub.example.org', 'ip:10.1.2.3', 'dns:localhost', 'ip:127.0.0.1', 'ip:::1'],
  ],
  ['0.0.0.0', 'https://[2001:db8::1]:444', ['ip:2001:db8::1', 'dns:box', 'dns:localhost', 'ip:127.0.0.1', 'ip:::1']],
])('a hub on %s at %s has its names', (host, publicUrl, expected) => {
  expect(values(host, publicUrl, 'box')).toEqual(expected)
})
