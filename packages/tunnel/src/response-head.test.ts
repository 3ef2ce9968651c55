import { expect, test } from 'vitest'
import { parseResponseHead } from './response-head.ts'

const read = (lines: string[], method = 'GET') =>
  parseResponseHead(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), method)

test.each([
  ['a length', ['HTTP/1.1 200 OK', 'Content-Length: 5'], 'GET', { kind: 'length', bytes: 5 }, true],
  ['chunks', ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'], 'GET', { kind: 'chunked' }, true],
  ['neither', ['HTTP/1.1 200 OK'], 'GET', { kind: 'close' }, false],
  ['a length, to HEAD', ['HTTP/1.1 200 OK', 'Content-Length: 5'], 'HEAD', { kind: 'none' }, true],
  ['204', ['HTTP/1.1 204 No Content'], 'DELETE', { kind: 'none' }, true],
  ['304', ['HTTP/1.1 304 Not Modified', 'Content-Length: 5'], 'GET', { kind: 'none' }, true],
  [
    'a wish to close',
    ['HTTP/1.1 200 OK', 'Content-Length: 5', 'Connection: close'],
    'GET',
    { kind: 'length', bytes: 5 },
    false,
  ],
  ['HTTP/1.0', ['HTTP/1.0 200 OK', 'Content-Length: 5'], 'GET', { kind: 'length', bytes: 5 }, false],
  ['no reason', ['HTTP/1.1 200', 'Content-Length: 5'], 'GET', { kind: 'length', bytes: 5 }, true],
] as const)('an answer with %s ends where it says', (_, lines, method, framing, keepAlive) => {
  expect(read([...lines], method)).toMatchObject({ framing, keepAlive })
})

test('a field that comes twice is an array', () => {
  expect({ ...read(['HTTP/1.1 200 OK', 'Warning: a', 'X: y', 'warning: b']).headers }).toEqual({
    warning: ['a', 'b'],
    x: 'y',
  })
})

test.each([
  ['a length and chunks', ['HTTP/1.1 200 OK', 'Content-Length: 5', 'Transfer-Encoding: chunked']],
  ['two lengths', ['HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 5']],
  ['another encoding', ['HTTP/1.1 200 OK', 'Transfer-Encoding: gzip']],
  ['chunks in HTTP/1.0', ['HTTP/1.0 200 OK', 'Transfer-Encoding: chunked']],
  ['another protocol', ['ICY 200 OK']],
  ['an odd status', ['HTTP/1.1 99 OK']],
  ['a folded field', ['HTTP/1.1 200 OK', 'a: b', ' c']],
])('an answer with %s is refused', (_, lines) => {
  expect(() => read(lines)).toThrow(expect.objectContaining({ reason: 'malformed' }))
})
