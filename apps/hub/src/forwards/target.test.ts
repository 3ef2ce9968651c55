import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MoorageError } from '../errors.ts'
import { isInTheClear, readTarget } from './target.ts'

test.each([
  ['syslog://logs.example.org', 'syslog', 'tcp', 'syslog://logs.example.org:514'],
  ['syslog+tls://10.0.0.1:7000/', 'syslog', 'tls', 'syslog+tls://10.0.0.1:7000'],
  ['syslog+tls://[2001:db8::1]', 'syslog', 'tls', 'syslog+tls://[2001:db8::1]:6514'],
  ['syslog+udp://logs', 'syslog', 'udp', 'syslog+udp://logs:514'],
  ['https://hooks.example.org/in?token=secret', 'json-lines', 'http', 'https://hooks.example.org/in'],
  ['otlp+https://otel.example.org', 'otlp', 'http', 'otlp+https://otel.example.org:4318/v1/logs'],
  ['otlp+https://otel:4000/otlp/', 'otlp', 'http', 'otlp+https://otel:4000/otlp/v1/logs'],
  ['otlp+http://127.0.0.1:4318/v1/logs', 'otlp', 'http', 'otlp+http://127.0.0.1:4318/v1/logs'],
])('%s is understood', (text, format, by, shown) => {
  expect(readTarget(text)).toMatchObject({ format, by, shown })
  // What is kept is read again at each start.
  expect(readTarget(shown)).toMatchObject({ format, by, shown, origin: readTarget(text).origin })
})

describe('refused is, in a sentence that repeats nothing', () => {
  test.each([
    '',
    'logs.example.org',
    'ftp://secret',
    'syslog://',
    'https://ada:secret@example.org',
    'syslog://ada@example.org',
    'syslog://example.org/secret',
    'syslog+tls://example.org?secret',
    'https://example.org/#secret',
    'javascript:secret',
  ])('%s', text => {
    expect(() => readTarget(text)).toThrow(MoorageError)
    expect(() => readTarget(text)).not.toThrow(/secret|ada/)
  })
})

test('whatever is written, it is understood or refused', () => {
  const piece = fc.constantFrom(
    'syslog',
    '+tls',
    '://',
    'https',
    'otlp+',
    'a.b',
    ':99999',
    '/',
    '?x',
    '#',
    '@',
    '[::1]',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map(all => all.join('')),
      ),
      text => {
        try {
          const { port, host } = readTarget(text)
          expect(port).toBeGreaterThan(0)
          expect(host).not.toBe('')
        } catch (error) {
          expect(error).toBeInstanceOf(MoorageError)
        }
      },
    ),
  )
})

test('only what is encrypted, or stays on this machine, is not in the clear', () => {
  const clear = (text: string) => isInTheClear(readTarget(text))
  expect(['syslog://a', 'syslog+udp://a', 'http://a', 'otlp+http://a'].map(clear)).toEqual([true, true, true, true])
  expect(['syslog+tls://a', 'https://a', 'otlp+https://a', 'http://127.0.0.1:1'].map(clear)).toEqual(
    Array(4).fill(false),
  )
})
