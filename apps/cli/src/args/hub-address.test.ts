import { expect, test } from 'vitest'
import { parseHubAddress } from './hub-address.ts'

test.each([
  'https://hub.example.org',
  'https://hub.example.org:8443/moorage',
  'https://[2001:db8::1]:444',
  'http://127.0.0.1:8443',
  'http://localhost',
])('%s is where agents can dial', url => expect(parseHubAddress(url)).toBe(url))

test.each([
  ['hub.example.org', /"hub.example.org" is not the URL of a hub/],
  ['hub.example.org:8443', /is not the URL of a hub/],
  ['', /is not the URL of a hub/],
  ['ftp://hub.example.org', /is not the URL of a hub/],
  ['https://ada:secret@hub.example.org', /no user and password/],
  ['https://hub.example.org/?a=b', /more than a scheme/],
  ['http://hub.example.org', /in the clear/],
  ['http://localhost.example.org', /in the clear/],
])('%s is refused, and its password is not repeated', (url, words) => {
  expect(() => parseHubAddress(url)).toThrow(words)
  expect(() => parseHubAddress(url)).not.toThrow(/ada:secret/)
})
