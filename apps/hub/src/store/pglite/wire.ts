import type { DatabaseFailure } from '../database-error.ts'

/**
 * As much of PostgreSQL's protocol (version 3) as one statement needs. PGlite's own reader copies every field of
 * every row into a buffer of its own, which takes longer than the statements do.
 */

/** A length of -1 stands for null. */
const NULL_LENGTH = -1
/** A message's type and length. */
const HEADER = 5

/** One message: its type, its length (with itself, without the type), its body. */
function message(type: string, body: Buffer): Buffer {
  const header = Buffer.allocUnsafe(HEADER)
  header.write(type, 0, 'latin1')
  header.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([header, body])
}

const zeroEnded = (text: string) => Buffer.from(`${text}\0`, 'utf8')

function int16s(...values: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 2)
  for (const [i, value] of values.entries()) bytes.writeInt16BE(value, i * 2)
  return bytes
}

function int32s(...values: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 4)
  for (const [i, value] of values.entries()) bytes.writeInt32BE(value, i * 4)
  return bytes
}

const sync = message('S', Buffer.alloc(0))
const describeStatement = message('D', zeroEnded('S'))
const describePortal = message('D', zeroEnded('P'))
/** All rows of the unnamed portal. */
const execute = message('E', Buffer.concat([zeroEnded(''), int32s(0)]))

const prepare = (sql: string, types: readonly number[]) => {
  const counted = [int16s(types.length), int32s(...types)]
  return message('P', Buffer.concat([zeroEnded(''), zeroEnded(sql), ...counted]))
}

function bind(values: readonly (string | null)[]): Buffer {
  // No format codes: all parameters and all columns are text.
  const parts = [zeroEnded(''), zeroEnded(''), int16s(0, values.length)]
  for (const value of values) {
    const bytes = value === null ? null : Buffer.from(value, 'utf8')
    parts.push(int32s(bytes === null ? NULL_LENGTH : bytes.length))
    if (bytes !== null) parts.push(bytes)
  }
  parts.push(int16s(0))
  return message('B', Buffer.concat(parts))
}

/** Asks for the types of a statement's parameters. */
export const describeMessages = (sql: string): Buffer => Buffer.concat([prepare(sql, []), describeStatement, sync])

/** Runs one statement with parameters of these types. */
export const runMessages = (sql: string, types: readonly number[], values: readonly (string | null)[]): Buffer =>
  Buffer.concat([prepare(sql, types), bind(values), describePortal, execute, sync])

/** Runs any number of statements without parameters. */
export const simpleMessage = (sql: string): Buffer => message('Q', zeroEnded(sql))

/** Makes a value of a column's text. */
export type Parser = (text: string, type: number) => unknown

export interface Answer {
  /** Of the last statement, as are the affected rows. */
  rows: Record<string, unknown>[]
  affected: number
  parameterTypes: number[]
  failure: DatabaseFailure | null
}

interface Column {
  name: string
  type: number
  parse: Parser | undefined
}

/** Commands whose tag ends with the number of rows that they changed. */
const CHANGING = /^(?:INSERT|UPDATE|DELETE|MERGE|COPY)\b.* (\d+)$/

/** Reads all that came back for one of the requests above. */
export function readAnswer(bytes: Uint8Array, parsers: Readonly<Record<number | string, Parser>>): Answer {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const answer: Answer = { rows: [], affected: 0, parameterTypes: [], failure: null }
  let columns: Column[] = []
  let open = false
  const begin = () => {
    if (!open) Object.assign(answer, { rows: [], affected: 0 })
    open = true
  }
  for (let at = 0; at + HEADER <= data.length; at += 1 + data.readInt32BE(at + 1)) {
    const body = at + HEADER
    switch (data[at]) {
      case 0x44: // D: a row
        answer.rows.push(readRow(data, body, columns))
        break
      case 0x54: // T: the columns of the rows that follow
        begin()
        columns = readColumns(data, body, parsers)
        break
      case 0x43: // C: a statement is complete
        begin()
        answer.affected = Number(CHANGING.exec(textAt(data, body))?.[1] ?? 0)
        open = false
        break
      case 0x74: // t: the types of the parameters
        for (let i = 0; i < data.readInt16BE(body); i += 1)
          answer.parameterTypes.push(data.readInt32BE(body + 2 + i * 4))
        break
      case 0x45: // E: a failure
        answer.failure ??= readFailure(data, body)
        break
      default: // What else comes says nothing that is needed here.
    }
  }
  return answer
}

const endOfText = (data: Buffer, at: number) => data.indexOf(0, at)
const textAt = (data: Buffer, at: number) => data.toString('utf8', at, endOfText(data, at))

function readColumns(data: Buffer, body: number, parsers: Readonly<Record<number | string, Parser>>): Column[] {
  const columns: Column[] = []
  let at = body + 2
  for (let i = 0; i < data.readInt16BE(body); i += 1) {
    const end = endOfText(data, at)
    // The name is followed by its table, its place there, and then its type.
    const type = data.readInt32BE(end + 1 + 6)
    columns.push({ name: data.toString('utf8', at, end), type, parse: parsers[type] })
    at = end + 1 + 18
  }
  return columns
}

function readRow(data: Buffer, body: number, columns: readonly Column[]): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  let at = body + 2
  for (const { name, type, parse } of columns) {
    const length = data.readInt32BE(at)
    at += 4
    if (length === NULL_LENGTH) {
      row[name] = null
      continue
    }
    const text = data.toString('utf8', at, at + length)
    row[name] = parse === undefined ? text : parse(text, type)
    at += length
  }
  return row
}

/** A failure's fields, each after its letter. */
function readFailure(data: Buffer, body: number): DatabaseFailure {
  const said = new Map<string, string>()
  for (let at = body; data[at] !== 0; ) {
    const end = endOfText(data, at + 1)
    said.set(String.fromCharCode(data[at]!), data.toString('utf8', at + 1, end))
    at = end + 1
  }
  return {
    message: said.get('M') ?? 'The database failed without saying why.',
    code: said.get('C'),
    detail: said.get('D'),
    hint: said.get('H'),
    constraint: said.get('n'),
    table: said.get('t'),
    column: said.get('c'),
    position: said.get('P'),
    where: said.get('W'),
  }
}
