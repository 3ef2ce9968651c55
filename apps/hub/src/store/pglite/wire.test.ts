import { expect, test } from 'vitest'
import { readAnswer, runMessages } from './wire.ts'

const text = (value: string) => Buffer.from(`${value}\0`)
const int16 = (value: number) => Buffer.from([value >> 8, value & 255])
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const message = (type: string, ...parts: Buffer[]) => {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}
const column = (name: string, type: number) =>
  Buffer.concat([text(name), int32(0), int16(0), int32(type), int16(4), int32(-1), int16(0)])
const field = (value: string | null) =>
  value === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)])

const TEXT = 25
const INT4 = 23
const parsers = { [INT4]: Number }

test('rows are read by the types of their columns, null and empty apart', () => {
  const bytes = Buffer.concat([
    message('T', int16(2), column('name', TEXT), column('count', INT4)),
    message('D', int16(2), field('žluťoučký'), field('7')),
    message('D', int16(2), field(''), field(null)),
    message('C', text('SELECT 2')),
    message('Z', Buffer.from('I')),
  ])
  expect(readAnswer(bytes, parsers)).toMatchObject({
    rows: [
      { name: 'žluťoučký', count: 7 },
      { name: '', count: null },
    ],
    affected: 0,
    failure: null,
  })
})

test('of several statements the last one is answered', () => {
  const bytes = Buffer.concat([
    message('T', int16(1), column('count', INT4)),
    message('D', int16(1), field('1')),
    message('C', text('SELECT 1')),
    message('C', text('INSERT 0 3')),
  ])
  expect(readAnswer(bytes, parsers)).toMatchObject({ rows: [], affected: 3 })
})

test('an answer that lies within a larger buffer is read from its own start', () => {
  const bytes = Buffer.concat([Buffer.from('before'), message('C', text('DELETE 12')), Buffer.from('C')])
  expect(readAnswer(bytes.subarray(6, -1), parsers)).toMatchObject({ affected: 12 })
})

test('a failure keeps its fields; what follows it does not replace it', () => {
  const bytes = Buffer.concat([
    message('E', text('SERROR'), text('C23505'), text('Mduplicate key'), text('nclusters_name_key'), Buffer.from([0])),
    message('E', text('SERROR'), text('C25P02'), text('Maborted'), Buffer.from([0])),
    message('Z', Buffer.from('E')),
  ])
  expect(readAnswer(bytes, parsers).failure).toMatchObject({
    code: '23505',
    message: 'duplicate key',
    constraint: 'clusters_name_key',
    detail: undefined,
  })
})

test('a request is one message after another, each as long as it says', () => {
  const bytes = runMessages('select $1, $2', [TEXT, INT4], ['é', null])
  const types: string[] = []
  for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1)) types.push(String.fromCharCode(bytes[at]!))
  expect(types).toEqual(['P', 'B', 'D', 'E', 'S'])
})
