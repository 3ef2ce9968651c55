import { describe, expect, test } from 'vitest'
import { parseRequestHead } from './head.ts'

const head = (...lines: string[]) => Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
const get = (...fields: string[]) => head('GET /api/v1/pods?limit=5 HTTP/1.1', 'host: a', ...fields)
const to = (target: string) => head(`GET ${target} HTTP/1.1`, 'host: a')

describe('a request head', () => {
  test('is read whole', () => {
    expect(
      parseRequestHead(get('Accept:  application/json \t', 'X-Empty:', 'Impersonate-Group: a', 'Impersonate-Group: b')),
    ).toEqual({
      method: 'GET',
      target: '/api/v1/pods?limit=5',
      path: '/api/v1/pods',
      query: 'limit=5',
      headers: [
        ['host', 'a'],
        ['accept', 'application/json'],
        ['x-empty', ''],
        ['impersonate-group', 'a'],
        ['impersonate-group', 'b'],
      ],
      framing: { kind: 'none' },
      upgrade: null,
      last: false,
    })
  })

  test('says how its body ends', () => {
    expect(parseRequestHead(get('Content-Length: 12')).framing).toEqual({ kind: 'length', bytes: 12 })
    expect(parseRequestHead(get('Transfer-Encoding: Chunked')).framing).toEqual({ kind: 'chunked' })
  })

  test('says what it asks to be upgraded to', () => {
    expect(parseRequestHead(get('Connection: Upgrade', 'Upgrade: SPDY/3.1', 'content-length: 0')).upgrade).toBe(
      'spdy/3.1',
    )
    expect(parseRequestHead(get('Connection: keep-alive, upgrade', 'Upgrade: websocket')).upgrade).toBe('websocket')
  })

  test.each([
    ['a path', '/api/v1/namespaces/a/pods/b.c-d_e~f'],
    ['a path that ends with a slash', '/apis/'],
    ['the root', '/'],
    ['an encoded colon', '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode'],
    ['an encoded umlaut', '/a/%C3%A4'],
    ['a query with nearly anything', '/a?x=%2F..//%2e&y={"a"}|[b]?c'],
  ])('may have as its target %s', (_, target) => {
    expect(parseRequestHead(to(target)).target).toBe(target)
  })

  test.each([
    ['an absolute form', 'http://a/b'],
    ['an authority', 'a:443'],
    ['an asterisk', '*'],
    ['nothing', ''],
    ['two slashes at its beginning', '//a/b'],
    ['an empty segment', '/a//b'],
    ['a dot', '/a/./b'],
    ['two dots', '/a/../b'],
    ['two dots at its end', '/a/..'],
    ['encoded dots', '/a/%2e%2E/b'],
    ['an encoded slash', '/a%2Fb'],
    ['an encoded backslash', '/a%5cb'],
    ['a backslash', '/a\\b'],
    ['an encoded letter', '/api/v1/%73ecrets'],
    ['an encoded zero byte', '/a%00'],
    ['an encoded line feed', '/a%0a'],
    ['a broken encoding', '/a%2'],
    ['a broken encoding in its query', '/a?b=%zz'],
    ['a fragment', '/a#b'],
    ['a space', '/a b'],
    ['a byte above ASCII', '/ä'],
    ['a control character', '/a\x01'],
  ])('may not have as its target %s', (_, target) => {
    expect(() => parseRequestHead(to(target))).toThrow(expect.objectContaining({ reason: 'malformed' }))
  })

  test.each([
    ['two lengths that agree', ['content-length: 3', 'content-length: 3']],
    ['two lengths in one', ['content-length: 3, 3']],
    ['a length with a sign', ['content-length: +3']],
    ['a hexadecimal length', ['content-length: 0x3']],
    ['an empty length', ['content-length:']],
    ['a length beyond what a number holds', ['content-length: 99999999999999999999']],
    ['a length and chunks', ['content-length: 3', 'transfer-encoding: chunked']],
    ['chunks and a length', ['transfer-encoding: chunked', 'content-length: 3']],
    ['two encodings', ['transfer-encoding: chunked', 'transfer-encoding: chunked']],
    ['two encodings in one', ['transfer-encoding: gzip, chunked']],
    ['an encoding that is not chunked', ['transfer-encoding: identity']],
    ['an encoding with a tab-like character', ['transfer-encoding: \x0bchunked']],
    ['an encoding with a no-break space', ['transfer-encoding: \xa0chunked']],
    ['a folded line', ['a: b', ' c']],
    ['a line folded with a tab', ['a: b', '\tc']],
    ['a space before the colon', ['content-length : 3']],
    ['a name with a space in it', ['content length: 3']],
    ['no name', [': 3']],
    ['no colon', ['content-length']],
    ['a bare line feed', ['a: b\ncontent-length: 3']],
    ['a bare carriage return', ['a: b\rcontent-length: 3']],
    ['a zero byte', ['a: b\0']],
    ['a second host', ['Host: b']],
    ['a second authorization', ['authorization: a', 'authorization: b']],
    ['a connection field that names another', ['connection: authorization']],
    ['an upgrade that the connection field does not mention', ['upgrade: websocket']],
    ['an upgrade to nothing', ['connection: upgrade']],
    ['an upgrade to one of several', ['connection: upgrade', 'upgrade: h2c, websocket']],
    ['an upgrade with a body', ['connection: upgrade', 'upgrade: websocket', 'content-length: 3']],
    ['an unknown expectation', ['expect: 200-ok']],
  ])('is refused with %s', (_, fields) => {
    expect(() => parseRequestHead(get(...fields))).toThrow(expect.objectContaining({ reason: 'malformed' }))
  })

  test.each([
    ['HTTP/1.0', head('GET / HTTP/1.0', 'host: a')],
    ['HTTP/2', head('GET / HTTP/2.0', 'host: a')],
    ['no version', head('GET /', 'host: a')],
    ['two spaces', head('GET  / HTTP/1.1', 'host: a')],
    ['a tab', head('GET\t/ HTTP/1.1', 'host: a')],
    ['something after the version', head('GET / HTTP/1.1 x', 'host: a')],
    ['an odd method', head('G(T / HTTP/1.1', 'host: a')],
    ['an endless method', head(`${'G'.repeat(33)} / HTTP/1.1`, 'host: a')],
    ['no host', head('GET / HTTP/1.1')],
    ['an empty host', head('GET / HTTP/1.1', 'host:')],
    ['a path as host', head('GET / HTTP/1.1', 'host: a/b')],
    ['no end', Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n')],
  ])('is refused with %s', (_, bytes) => {
    expect(() => parseRequestHead(bytes)).toThrow(expect.objectContaining({ reason: 'malformed' }))
  })

  test('is refused with more fields than anybody needs', () => {
    const fields = Array.from({ length: 600 }, (_, index) => `x-${index}: y`)
    expect(() => parseRequestHead(get(...fields))).toThrow(expect.objectContaining({ reason: 'too-large' }))
  })

  test('is read in a time that follows its size, whatever is in it', () => {
    const began = performance.now()
    parseRequestHead(get(`a: b${' \t'.repeat(30_000)}c`))
    expect(performance.now() - began).toBeLessThan(200)
  })
})
