import type { AccessRequest } from '@moorage/contract/access-request.ts'
import { describeLocalTime, type Hours, isWithin, parseHours } from '@moorage/contract/hours.ts'
import type { Limited, Limits } from '@moorage/contract/limits.ts'
import type { Range } from '../connections/addresses.ts'
import type { Arrival } from './arrival.ts'
import { comesFrom, readSource } from './sources.ts'

/** Limits, ready to be asked. */
export interface CompiledLimits {
  of: Limited
  limits: Limits
  hours: readonly Hours[]
  ranges: readonly Range[]
}

/** What a limit does not let through. */
export interface Beyond {
  /** Such as `limits.cluster.hours`. */
  rule: string
  /** Whose limit it is and what it says. */
  because: string
}

/** What can be read of them. What can not, as a zone that is gone, lets nothing through. */
function readable<T>(texts: readonly string[], read: (text: string) => T): T[] {
  return texts.flatMap(text => {
    try {
      return [read(text)]
    } catch {
      return []
    }
  })
}

export const compileLimits = (of: Limited, limits: Limits): CompiledLimits => ({
  of,
  limits,
  hours: readable(limits.hours, parseHours),
  ranges: readable(limits.from, readSource),
})

const NOUNS: Record<Limited['kind'], string> = {
  cluster: 'Cluster',
  user: 'User',
  group: 'Group',
  'service-account': 'Service account',
}

/** Whose limits they are, as a sentence begins. */
const ownerOf = ({ of: { kind, name } }: CompiledLimits) => `${NOUNS[kind]} ${name}`

function beyondHours({ limits, hours }: CompiledLimits, now: Date): string | null {
  if (limits.hours.length === 0 || hours.some(each => isWithin(each, now))) return null
  const zones = [...new Set(hours.map(({ zone }) => zone))]
  const clocks = zones.map(zone => `${describeLocalTime(zone, now)} in ${zone}`).join(', ')
  return `only ${limits.hours.join(' or ')}; it is ${clocks === '' ? now.toISOString() : clocks}`
}

/** What stands against this request, told of the subject of the limits. */
function beyond(all: CompiledLimits, request: AccessRequest, { way, address }: Arrival, now: Date) {
  const { limits, ranges } = all
  const verb = all.of.kind === 'cluster' ? 'may be used' : 'may use Moorage'
  const inside = request.kind !== 'hub'
  if (limits.noCli && inside && way === 'cli') {
    const what = all.of.kind === 'cluster' ? 'may not be reached' : 'may not reach clusters'
    return { what: 'no-cli', says: `${what} by kubectl and other programs, only in the console` }
  }
  if (limits.noWebTerminal && way === 'web-terminal') {
    const what = all.of.kind === 'cluster' ? 'has' : 'may use'
    return { what: 'no-web-terminal', says: `${what} no terminals in the console` }
  }
  const hours = beyondHours(all, now)
  if (hours !== null) return { what: 'hours', says: `${verb} ${hours}` }
  if (limits.from.length > 0 && address !== null && !comesFrom(address, ranges)) {
    const where = limits.from.join(', ')
    return { what: 'from', says: `${verb} only from ${where}; this came from ${address || 'an unknown address'}` }
  }
  return null
}

/** The first of these limits that does not let a request through; null where all do. */
export function whyBeyond(
  limits: readonly CompiledLimits[],
  request: AccessRequest,
  arrival: Arrival,
  now: Date,
): Beyond | null {
  for (const each of limits) {
    const found = beyond(each, request, arrival, now)
    if (found !== null) {
      return { rule: `limits.${each.of.kind}.${found.what}`, because: `${ownerOf(each)} ${found.says}.` }
    }
  }
  return null
}

/** Whether a decision was made by a limit. */
export const isLimit = (rule: string | null | undefined): boolean => rule?.startsWith('limits.') === true
