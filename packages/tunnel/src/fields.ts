import { TunnelError } from './errors.ts'
import { HEADER_FIELDS } from './limits.ts'

/** A header field; names are in lower case. */
export type Field = readonly [name: string, value: string]

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const SPACE = 0x20
const TAB = 0x09

export const malformed = (what: string) => new TunnelError('malformed', what)

/** Whether it may stand as a method, a field's name or a protocol. */
export const isToken = (text: string) => TOKEN.test(text)

/** Without spaces and tabs around it. `trim` would take a byte 0xa0 as well. */
export const withoutSpace = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && (text.charCodeAt(start) === SPACE || text.charCodeAt(start) === TAB)) start += 1
  while (end > start && (text.charCodeAt(end - 1) === SPACE || text.charCodeAt(end - 1) === TAB)) end -= 1
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

/** Reads field lines, from index `from`: no folding, no space before the colon, no control characters. */
export const parseFields = (lines: readonly string[], from: number): Field[] => {
  if (lines.length - from > HEADER_FIELDS) {
    throw new TunnelError('too-large', `There are ${lines.length - from} header fields, more than ${HEADER_FIELDS}.`)
  }
  const fields: Field[] = []
  for (let index = from; index < lines.length; index += 1) {
    const line = lines[index] as string
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0))
    if (!TOKEN.test(name)) throw malformed(`Header line ${index} has no proper name.`)
    const value = withoutSpace(line.slice(colon + 1))
    if (!VALUE.test(value)) throw malformed(`The header ${name} has a control character in its value.`)
    fields.push([name.toLowerCase(), value])
  }
  return fields
}

/** A field as it is sent. Throws where name or value could be read as something else. */
export const fieldLine = (name: string, value: string): string => {
  if (!TOKEN.test(name)) throw malformed(`${JSON.stringify(name)} can not be the name of a header.`)
  if (!VALUE.test(value)) throw malformed(`The value of the header ${name} has characters that no header may carry.`)
  return `${name}: ${value}\r\n`
}

/** Fields that are about one connection and never passed on; `te` and `trailer` promise nothing that is kept here anyway. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'content-length',
  'expect',
])

/** Whether a field is about the connection or the framing, which each hop writes itself. */
export const isAboutTheHop = (name: string) => HOP_BY_HOP.has(name)

/** The length that a `content-length` says; digits only, within what a number holds exactly. */
export const parseLength = (value: string): number => {
  if (!/^\d{1,15}$/.test(value)) throw malformed('The content-length is not a plain number.')
  return Number(value)
}

/** The members of a comma-separated list, in lower case. */
export const listOf = (value: string): string[] => value.split(',').map(member => withoutSpace(member).toLowerCase())
