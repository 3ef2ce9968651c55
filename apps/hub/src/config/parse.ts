import { isIP } from 'node:net'
import { ConfigError } from './config-error.ts'

/** Characters of an image reference, as for the one of an import. */
const MAX_IMAGE = 500

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `90s`, `15m`, `24h`, `7d` in milliseconds. */
export function parseDuration(setting: string, text: string): number {
  const match = /^(\d+)([smhd])$/.exec(text)
  const ms = match ? Number(match[1]) * UNITS[match[2]!]! : 0
  if (ms > 0 && Number.isSafeInteger(ms)) return ms
  throw new ConfigError(setting, `${setting} is "${text}"; a time is a number above 0 and s, m, h or d, such as 24h.`)
}

/** A time that somebody waits for: ten minutes at most, beyond which no supervisor lets a process live on. */
export function parseDelay(setting: string, text: string): number {
  const ms = parseDuration(setting, text)
  if (ms <= 10 * 60_000) return ms
  throw new ConfigError(setting, `${setting} is "${text}"; it should be 10m at most.`)
}

/** `HOST:PORT`, with IPv6 in brackets; an empty host means every address. */
export function parseListen(setting: string, text: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  const host = match?.[1] ?? match?.[2] ?? ''
  const bracketed = match?.[1] !== undefined
  if (!match || port > 65_535 || (bracketed && isIP(host) !== 6) || /[\s/]/.test(host)) {
    throw new ConfigError(
      setting,
      `${setting} is "${text}"; it should be HOST:PORT, such as 127.0.0.1:8443 or [::]:8443.`,
    )
  }
  return { host: host || '::', port }
}

/** An `https://` address without a path: its origin. */
export function parsePublicUrl(setting: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  const plain = url && url.username === '' && url.password === '' && url.pathname === '/' && !url.search && !url.hash
  if (url?.protocol === 'https:' && plain) return url.origin
  const shown = url && (url.username || url.password) ? 'has a name or password in it' : `is "${text}"`
  throw new ConfigError(
    setting,
    `${setting} ${shown}; it should be an https address without a path, such as https://moorage.example.org`,
  )
}

/** Only checked as far as needed for a sentence; the value itself may hold a password and is never shown. */
export function parseDatabaseUrl(setting: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && ['postgres:', 'postgresql:'].includes(url.protocol) && url.pathname.length > 1) return text
  throw new ConfigError(setting, `${setting} should look like postgres://user:password@host:5432/database.`)
}

/** Ranges such as `10.0.0.0/8,fd00::/8`; a plain address is a range of one. */
export function parseRanges(setting: string, text: string): string[] {
  const ranges = text.split(',').map(range => range.trim())
  for (const range of ranges) {
    const [address = '', bits, ...more] = range.split('/')
    const widest = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1
    const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= widest)
    if (widest > 0 && fits && more.length === 0) continue
    throw new ConfigError(setting, `${setting} has "${range}", which is not an address range such as 10.0.0.0/8.`)
  }
  return ranges
}

export function parseCount(setting: string, text: string, most = 9999): number {
  if (/^[1-9]\d{0,8}$/.test(text) && Number(text) <= most) return Number(text)
  throw new ConfigError(setting, `${setting} is "${text}"; it should be a whole number from 1 to ${most}.`)
}

/** An image reference, with or without registry, tag and digest. */
export function parseImage(setting: string, text: string): string {
  if (/^[\w][\w.:/@-]*$/.test(text) && text.length <= MAX_IMAGE) return text
  throw new ConfigError(
    setting,
    `${setting} is "${text}"; it should be an image reference, such as registry.example.org/moorage/agent.`,
  )
}

export function parseChoice<T extends string>(setting: string, text: string, choices: readonly T[]): T {
  const found = choices.find(choice => choice === text)
  if (found) return found
  throw new ConfigError(setting, `${setting} is "${text}"; it should be one of ${choices.join(', ')}.`)
}
