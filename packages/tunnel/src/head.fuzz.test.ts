import { type Duplex, duplexPair } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { settled } from '../test/manual-clock.ts'
import { TunnelError } from './errors.ts'
import { parseRequestHead, type RequestHead } from './head.ts'
import { HeadReader } from './head-reader.ts'
import { serveConnection } from './serve.ts'

/** What smuggling is made of. */
const PARTS = [
  '\r\n', '\n', '\r', '\r\n\r\n', ' ', '\t', ':', ',', '\0', '\x0b', '\xa0', '\x85', '%2e', '%2f', '../', '//', '#', '?',
  'content-length: 5\r\n', 'Content-Length: 0\r\n', 'content-length : 5\r\n', 'content-length: 5, 6\r\n',
  'transfer-encoding: chunked\r\n', 'Transfer-Encoding : chunked\r\n', 'transfer-encoding: xchunked\r\n',
  '0\r\n\r\n', '5\r\nhello\r\n', 'GET /secret HTTP/1.1\r\nhost: a\r\n\r\n', 'HTTP/1.1', 'HTTP/1.0', 'http://a',
  'connection: upgrade\r\n', 'upgrade: websocket\r\n', 'connection: close\r\n', 'expect: 100-continue\r\n', 'host: b\r\n',
] // biome-ignore format: a table of fragments
const VALID = [
  'GET /open HTTP/1.1\r\nhost: a\r\naccept: b\r\n\r\n',
  'POST /open HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello',
  'POST /open HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'GET /open HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n',
]

const part = fc.oneof(fc.constantFrom(...PARTS), fc.string({ unit: 'binary-ascii', maxLength: 3 }))
const mutation = fc.record({ at: fc.nat(), cut: fc.nat({ max: 4 }), part })
const mutated = fc
  .tuple(fc.array(fc.constantFrom(...VALID), { minLength: 1, maxLength: 3 }), fc.array(mutation, { maxLength: 5 }))
  .map(([texts, mutations]) => {
    let text = texts.join('')
    for (const { at, cut, part } of mutations) {
      const where = at % (text.length + 1)
      text = text.slice(0, where) + part + text.slice(where + cut)
    }
    return Buffer.from(text, 'latin1')
  })

test('a mutated head is either refused as such or read without ambiguity', () => {
  let read = 0
  fc.assert(
    fc.property(mutated, bytes => {
      let head: RequestHead
      try {
        const found = new HeadReader().push(bytes)
        if (!found) return
        head = parseRequestHead(found.head)
      } catch (error) {
        expect(error).toBeInstanceOf(TunnelError)
        return
      }
      read += 1
      const count = (name: string) => head.headers.filter(([each]) => each === name).length
      expect(count('content-length') + count('transfer-encoding')).toBeLessThanOrEqual(1)
      expect(count('host')).toBe(1)
      expect(head.path).toMatch(/^\/(?!\/)[^?#\\\s]*$/)
      for (const [name, value] of head.headers) expect(`${name}${value}`).not.toMatch(/[\r\n\0]/)
    }),
    { numRuns: 10_000 },
  )
  expect(read).toBeGreaterThan(500)
})

/**
 * A second reader, slow and separate: what reached the server behind must be
 * exactly the requests that the guard saw, in order, and nothing else.
 */
const requestsIn = (text: string): { line: string; whole: boolean }[] => {
  const found: { line: string; whole: boolean }[] = []
  let rest = text
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    const head = rest.slice(0, end)
    if (end < 0) return [...found, { line: `?${rest}`, whole: false }]
    rest = rest.slice(end + 4)
    const line = head.slice(0, head.indexOf('\r\n'))
    const length = /\r\ncontent-length: (\d+)(?:\r\n|$)/.exec(head)?.[1]
    if (length !== undefined) {
      found.push({ line, whole: rest.length >= Number(length) })
      rest = rest.slice(Number(length))
      continue
    }
    if (!head.includes('\r\ntransfer-encoding: chunked')) {
      found.push({ line, whole: true })
      continue
    }
    let whole = false
    for (;;) {
      const size = /^([0-9A-Fa-f]+)\r\n/.exec(rest)
      if (!size) break
      const bytes = Number.parseInt(size[1] as string, 16)
      rest = rest.slice(size[0].length)
      if (bytes > 0) {
        rest = rest.slice(bytes + 2)
        continue
      }
      const trailers = /^(?:[^\r\n]+\r\n)*\r\n/.exec(rest)
      whole = trailers !== null
      rest = trailers ? rest.slice(trailers[0].length) : ''
      break
    }
    found.push({ line, whole })
    if (!whole) return found
  }
  return found
}

test('nothing reaches the server behind that the guard has not seen', async () => {
  let relayed = 0
  await fc.assert(
    fc.asyncProperty(mutated, fc.array(fc.nat({ max: 200 }), { maxLength: 3 }), async (bytes, cuts) => {
      const [hub, agent] = duplexPair()
      const allowed: string[] = []
      const sent: string[] = []
      const behind: Duplex[] = []
      const done = serveConnection(agent, request => {
        if (request.path !== '/open') return { do: 'answer', status: 403, body: 'no' }
        allowed.push(`${request.method} ${request.target} HTTP/1.1`)
        return {
          do: 'relay',
          headers: request.headers,
          connect: async () => {
            const [near, far] = duplexPair()
            const index = sent.push('') - 1
            far.on('data', (chunk: Buffer) => {
              sent[index] += chunk.toString('latin1')
            })
            behind.push(near, far)
            return near
          },
        }
      })
      hub.on('error', () => {})
      hub.resume()
      const at = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
      for (let index = 1; index < at.length; index += 1) {
        if (hub.writable) hub.write(bytes.subarray(at[index - 1], at[index]))
        await settled()
      }
      const reached = sent.flatMap(requestsIn)
      // A subsequence: what is sent without waiting for answers may be lost with its connection.
      let next = 0
      for (const { line } of reached) {
        next = allowed.indexOf(line, next) + 1
        expect(next, `${line} of ${JSON.stringify(sent)} was not allowed`).toBeGreaterThan(0)
      }
      relayed += reached.length
      hub.destroy()
      agent.destroy()
      for (const socket of behind) socket.destroy()
      await done
    }),
    { numRuns: 2_000 },
  )
  expect(relayed).toBeGreaterThan(500)
})
