import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyAuditLine, auditLine } from './fixtures/audit-lines.ts'
import { parseSyslog, takeFrames } from './fixtures/parse-syslog.ts'
import { framed, MESSAGE_BYTES, syslogMessage } from './syslog-message.ts'

const read = (text: string) => parseSyslog(text)

test('a line is a message of RFC 5424 that says the line as JSON', () => {
  const line = auditLine({ because: 'für 漢字\n🚢' })
  const message = read(syslogMessage(line, 'hub.example.org'))
  expect(message).toMatchObject({ priority: 13 * 8 + 6, at: line.at, host: 'hub.example.org', app: 'moorage' })
  expect(message).toMatchObject({ id: 'kube.delete', process: '-', data: '-' })
  expect(JSON.parse(message.message)).toEqual(line)
})

test('what was refused and what failed is louder', () => {
  const priority = (given: object) => read(syslogMessage(auditLine(given), 'h')).priority % 8
  expect(priority({ allowed: false, status: 403 })).toBe(4)
  expect(priority({ status: 503 })).toBe(3)
  expect(priority({ status: 404 })).toBe(6)
})

test('whatever is in a line, it is one message on one line, in ASCII, of a size that receivers take', () => {
  fc.assert(
    fc.property(anyAuditLine, fc.string({ unit: 'binary' }), (line, host) => {
      const text = syslogMessage(line, host)
      expect(text).toMatch(/^[\x20-\x7e]+$/)
      expect(text.length).toBeLessThanOrEqual(MESSAGE_BYTES)
      const said = JSON.parse(read(text).message) as { seq: number; hash: string; truncated?: true }
      if (said.truncated) expect(said).toMatchObject({ seq: line.seq, hash: line.hash, at: line.at })
      else expect(said).toEqual(line)
    }),
    { numRuns: 50 },
  )
})

test('a line that is too long says that it was cut', () => {
  const long = 'ä'.repeat(501)
  const line = auditLine({ target: long, because: long, client: long, name: long, namespace: long })
  const said = JSON.parse(read(syslogMessage(line, 'h')).message) as Record<string, unknown>
  expect(said).toMatchObject({ truncated: true, seq: line.seq, hash: line.hash, action: line.action })
  expect(String(said.because)).toMatch(/^ä{30,200}…$/)
})

test('frames give back the messages, wherever the bytes are cut', () => {
  const lines = fc.array(anyAuditLine, { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(lines, fc.double({ min: 0, max: 1, noNaN: true }), (some, cut) => {
      const messages = some.map(line => syslogMessage(line, 'h'))
      const bytes = Buffer.from(framed(messages))
      const at = Math.floor(bytes.length * cut)
      const first = takeFrames(bytes.subarray(0, at))
      const second = takeFrames(Buffer.concat([first.left, bytes.subarray(at)]))
      expect([...first.frames, ...second.frames]).toEqual(messages)
      expect(second.left).toHaveLength(0)
    }),
    { numRuns: 20 },
  )
})
