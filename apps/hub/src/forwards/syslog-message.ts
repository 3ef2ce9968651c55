import type { AuditLine } from '@moorage/contract/audit.ts'

/** RFC 5424 §6.2.1: 13, log audit. */
const FACILITY = 13
const ERROR = 3
const WARNING = 4
const INFORMATIONAL = 6

/** Bytes of one message: what receivers take without a setting of their own, and what a datagram holds. */
export const MESSAGE_BYTES = 8_192

/** Characters that texts of a line are cut to, one after the other, until it fits. */
const CUTS = [200, 80, 30]

const severity = ({ allowed, status }: AuditLine) => {
  if (!allowed) return WARNING
  return status !== null && status >= 500 ? ERROR : INFORMATIONAL
}

/** RFC 5424 §6: printable ASCII without spaces, so long at most; `-` where there is nothing. */
const headerField = (text: string, most: number) => text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, most) || '-'

/** JSON in printable ASCII: nothing in it ends a line or moves a cursor, whoever shows it. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const cutTexts = (value: unknown, most: number): unknown => {
  if (typeof value === 'string') return value.length > most ? `${value.slice(0, most)}…` : value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cutTexts(each, most)]))
}

/** The line as JSON of so many bytes at most; one that was cut says so, and its number finds the whole. */
function fitting(line: AuditLine, bytes: number): string {
  const whole = plainJson(line)
  if (whole.length <= bytes) return whole
  for (const most of CUTS) {
    const { hash, at, ...rest } = line
    const cut = plainJson({ ...(cutTexts(rest, most) as object), at, hash, truncated: true })
    if (cut.length <= bytes) return cut
  }
  return plainJson({ seq: line.seq, at: line.at, hash: line.hash, truncated: true })
}

/** A line as a message of RFC 5424, in ASCII. What it says is the JSON of the line. */
export function syslogMessage(line: AuditLine, host: string): string {
  const priority = FACILITY * 8 + severity(line)
  const head = `<${priority}>1 ${line.at} ${headerField(host, 255)} moorage - ${headerField(line.action, 32)} -`
  return `${head} ${fitting(line, MESSAGE_BYTES - head.length - 1)}`
}

/** Octet counting, as RFC 5425 §4.3 and RFC 6587 §3.4.1 have it: messages in ASCII, so characters are bytes. */
export const framed = (messages: readonly string[]): string =>
  messages.map(message => `${message.length} ${message}`).join('')
