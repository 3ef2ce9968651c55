import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exitCodeOf, startCast } from './cast.ts'
import type { Stream } from './stream-piece.ts'
import { typedLines } from './typed-lines.ts'

const started = (tty = true) =>
  startCast({ startedAt: new Date(1_700_000_000_000), command: ['sh', '-i'], title: 't', tty })
const piece = (stream: Stream, data: string | Buffer) => ({ stream, data: Buffer.from(data) })

test('a head, output, input, sizes and marks, each with its time', () => {
  const cast = started()
  expect(JSON.parse(cast.head)).toEqual({
    ...{ version: 2, width: 80, height: 24, timestamp: 1_700_000_000, command: 'sh -i', title: 't' },
  })
  const lines = [
    cast.add(piece('resize', '{"Width":120,"Height":40}\n{"Width":'), 0.1),
    cast.add(piece('resize', '90,"Height":30}'), 0.2),
    cast.add(piece('stdin', 'ls\r'), 1),
    cast.add(piece('stdout', 'a\r\n'), 1.123456789),
    cast.add(piece('stderr', 'no "b"\r\n'), 2),
    cast.mark('end', 3),
  ].join('')
  expect(
    lines
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line)),
  ).toEqual([
    [0.1, 'r', '120x40'],
    [0.2, 'r', '90x30'],
    [1, 'i', 'ls\r'],
    [1.123457, 'o', 'a\r\n'],
    [2, 'o', 'no "b"\r\n'],
    [3, 'm', 'end'],
  ])
})

test('letters that are cut in two are put together again', () => {
  const bytes = Buffer.from('grüße 🚢')
  fc.assert(
    fc.property(fc.nat({ max: bytes.length }), at => {
      const cast = started()
      const lines =
        cast.add(piece('stdout', bytes.subarray(0, at)), 0) + cast.add(piece('stdout', bytes.subarray(at)), 0)
      const said = lines
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)[2] as string)
      expect(said.join('')).toBe('grüße 🚢')
    }),
  )
})

test('the exit code, in however many pieces it comes', () => {
  const failed =
    '{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"7"}]}}'
  const cast = started()
  cast.add(piece('error', failed.slice(0, 20)), 0)
  expect(cast.exitCode()).toBeNull()
  cast.add(piece('error', failed.slice(20)), 0)
  expect(cast.exitCode()).toBe(7)
  expect(exitCodeOf('{"status":"Success"}')).toBe(0)
  for (const odd of ['', 'x', 'null', '[]', '{"details":{"causes":{}}}', '{"status":"Failure"}'])
    expect(exitCodeOf(odd)).toBeNull()
})

test('of what is no text only words are kept, and in a terminal everything', () => {
  const archive = Buffer.concat([
    Buffer.alloc(100),
    Buffer.from('rm -rf /data\n'),
    Buffer.from([0, 1, 2]),
    Buffer.from('ok'),
  ])
  const pipe = started(false)
  expect(JSON.parse(pipe.add({ stream: 'stdin', data: archive }, 1))).toEqual([1, 'i', 'rm -rf /data\n'])
  expect(pipe.leftOut()).toBe(105)
  expect(JSON.parse(pipe.add(piece('stdout', 'grüße 🚢\x1b[0m'), 2))).toEqual([2, 'o', 'grüße 🚢\x1b[0m'])
  expect(JSON.parse(started().add({ stream: 'stdin', data: archive }, 1))[2]).toHaveLength(archive.length)
})

/** Types keys one at a time and shows what the terminal echoes for each. */
function typing(pairs: readonly (readonly [key: string, echo: string])[]): string[] {
  const typed = typedLines()
  for (const [key, echo] of pairs) {
    typed.input(key)
    typed.output(echo, 1)
  }
  return typed.lines.map(({ line }) => line)
}
const letters = (text: string) => [...text].map(letter => [letter, letter] as const)

test('a line is what stood on the screen when it was sent off', () => {
  expect(typing([['', '/ # '], ...letters('ls /tmp'), ['\r', '\r\na  b\r\n/ # ']])).toEqual(['/ # ls /tmp'])
  // Taken back, completed, fetched from the history, and put in at the start.
  expect(typing([['', '$ '], ...letters('rmm'), ['\x7f', '\b\x1b[J\b\x1b[K'], ['\r', '\r\n']])).toEqual(['$ r'])
  expect(typing([['', '$ '], ...letters('cat /et'), ['\t', 'c/'], ['\r', '\r\n']])).toEqual(['$ cat /etc/'])
  expect(
    typing([
      ['', '$ '],
      ['\x1b[A', 'kill 1'],
      ['\r', '\r\n'],
    ]),
  ).toEqual(['$ kill 1'])
  expect(typing([['', '$ '], ...letters('b'), ['\x1b[D', '\b'], ['a', '\x1b[1@a'], ['\r', '\r\n']])).toEqual(['$ ab'])
})

test('what is not shown is not kept, and output alone is no line', () => {
  const password = typing([
    ['', 'Password: '],
    ['s', ''],
    ['3', ''],
    ['\r', '\r\n$ '],
  ])
  expect(password).toEqual(['Password:'])
  expect(typing([['', 'a log\r\nof lines\r\n']])).toEqual([])
  expect(
    typing([['', '\x1b]0;title\x07\x1b[1;32m$\x1b[0m '], ...letters('id'), ['\r', '\r\nuid=0\r\nmore\r\n']]),
  ).toEqual(['$ id'])
})

test('what is piped into a shell without a terminal is found by its lines, the last one too', () => {
  const pipe = started(false)
  for (const text of ['cat /etc/sha', 'dow\nrm -rf /data\r\n\n', 'exit 3']) pipe.add(piece('stdin', text), 1)
  pipe.add(piece('stdout', 'an answer\n'), 2)
  pipe.add({ stream: 'stdin', data: Buffer.from([0, 1, 10, 65, 66, 67, 68]) }, 2)
  pipe.typed.finish(3)
  expect(pipe.typed.lines).toEqual([
    { at: 1, line: 'cat /etc/shadow' },
    { at: 1, line: 'rm -rf /data' },
    { at: 3, line: 'exit 3' },
  ])
  const many = started(false)
  many.add(piece('stdin', 'x'.repeat(5_000)), 1)
  for (let n = 0; n < 3; n += 1) many.add(piece('stdin', `${'🚢'.repeat(2_000)}\n`.repeat(1_000)), 1)
  expect(many.typed.lines).toHaveLength(2_000)
  expect(Math.max(...many.typed.lines.map(({ line }) => [...line].length))).toBe(1_000)
})

test('whatever a terminal shows, lines are few, short and plain', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string({ unit: 'binary' }))), pairs => {
      for (const line of typing(pairs)) {
        expect([...line].length).toBeLessThanOrEqual(1_000)
        expect(line).not.toMatch(/[\x00-\x1f\x7f]/)
      }
    }),
  )
  const many = typing(Array.from({ length: 3_000 }, () => ['\r', `${'x'.repeat(2_000)}\n`] as const))
  expect(many).toHaveLength(2_000)
  expect(many[0]).toHaveLength(1_000)
})
