import { expect, test } from 'vitest'
import { answerUrl, readCommandLine } from './command-line-search.ts'

const good = { port: '40123', state: 's'.repeat(43), challenge: 'c'.repeat(43), client: 'ship' }

test('what a command line writes is read', () => {
  expect(readCommandLine(good)).toEqual({ ...good, port: 40_123 })
})

test.each([
  { port: '80' },
  { port: '70000' },
  { port: '40123@evil.example' },
  { port: '' },
  { state: 'short' },
  { state: `${'s'.repeat(43)}&x=1` },
  { challenge: 'c'.repeat(42) },
  { challenge: undefined },
])('%j is not', change => {
  expect(readCommandLine({ ...good, ...change })).toEqual({})
})

test('the answer goes to this machine', () => {
  const url = new URL(answerUrl(40_123, { code: 'a&b', state: 's' }))
  expect([url.origin, url.searchParams.get('code')]).toEqual(['http://127.0.0.1:40123', 'a&b'])
})
