import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { liesIn, readAddress, readRange, touches, whyNever } from './addresses.ts'

/** The operator's word on where kubeconfigs may point to, as ranges such as `10.0.0.0/8`. */
export interface AddressPolicy {
  /** Empty allows everything that is not denied. */
  allowed: readonly string[]
  denied: readonly string[]
}

/** Nothing is dialled that this has not checked, and what it has checked is what is dialled. */
export interface AddressGuard {
  /** Resolves once, and gives only the answers that may be dialled. Addresses are to be asked for too, in any spelling. */
  lookup: LookupFunction
  /** Resolves a URL's host and checks it. Rejects with `AddressRefusedError`, or as `dns.lookup` does. */
  check(host: string): Promise<string[]>
}

/** The address is one that the hub does not dial. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError'
  /** Read by sockets' error handling, as every error of a lookup has one. */
  readonly code = 'EADDRREFUSED'
  readonly host: string
  readonly because: string

  constructor(host: string, because: string) {
    super(`${host} ${because}`)
    this.host = host
    this.because = because
  }
}

/** Every answer of the resolver at once, as `dns.lookup` with `all` gives them. */
export type ResolveAll = (
  host: string,
  options: { all: true; family?: number; hints?: number },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

const resolveBySystem: ResolveAll = (host, options, done) => systemLookup(host, { ...options, order: 'verbatim' }, done)

/** A host as a URL has it: without brackets, and odd spellings (`0x7f.1`, `2130706433`) as the address they mean. */
function canonical(host: string): string {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  if (bare.includes(':') && readAddress(bare)) return bare
  const url = bare.includes(':') ? null : URL.parse(`http://${bare}/`)
  if (
    url === null ||
    url.username !== '' ||
    url.port !== '' ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.hash !== ''
  )
    throw new AddressRefusedError(JSON.stringify(host.slice(0, 253)), 'is not a host name or address')
  return url.hostname
}

/** Why this address may not be dialled, or null. */
function refusal(text: string, allowed: ReturnType<typeof readRange>[], denied: ReturnType<typeof readRange>[]) {
  const address = readAddress(text)
  if (!address) return 'is not an address'
  const never = whyNever(address)
  if (never) return `is ${never}; the hub never dials those`
  if (touches(address, denied)) return 'is in a range that this hub’s operator has denied'
  if (allowed.length > 0 && !liesIn(address, allowed))
    return 'is outside the ranges that this hub’s operator allows for clusters'
  return null
}

/** Makes the guard of one policy. Throws a sentence where a range can not be read. */
export function addressGuard(policy: AddressPolicy, resolve: ResolveAll = resolveBySystem): AddressGuard {
  const allowed = policy.allowed.map(readRange)
  const denied = policy.denied.map(readRange)

  const passing = (host: string, addresses: LookupAddress[]): LookupAddress[] => {
    const judged = addresses.map(address => ({ address, because: refusal(address.address, allowed, denied) }))
    const fine = judged.filter(({ because }) => because === null).map(({ address }) => address)
    if (fine.length > 0) return fine
    const first = judged[0]
    if (!first) throw new AddressRefusedError(host, 'has no address')
    const shown = host === first.address.address ? host : `${host} (${first.address.address})`
    throw new AddressRefusedError(shown, first.because ?? 'is not an address')
  }

  const literal = (host: string): LookupAddress[] | null => {
    const name = canonical(host)
    const address = readAddress(name)
    return address && [{ address: name, family: address.kind() === 'ipv4' ? 4 : 6 }]
  }

  const find = (
    host: string,
    options: { family?: number; hints?: number },
    done: (error: Error | null, addresses: LookupAddress[]) => void,
  ) => {
    const settle = (addresses: LookupAddress[]) => {
      try {
        done(null, passing(host, addresses))
      } catch (error) {
        done(error as Error, [])
      }
    }
    try {
      const written = literal(host)
      if (written) return settle(written)
    } catch (error) {
      return done(error as Error, [])
    }
    resolve(host, { ...options, all: true }, (error, addresses) => (error ? done(error, []) : settle(addresses)))
  }

  return {
    lookup: (host, options, done) => {
      const family = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : options.family
      const asked = { ...(family ? { family } : {}), ...(options.hints ? { hints: options.hints } : {}) }
      // A lookup answers later, never within the call, whatever the way it took.
      find(host, asked, (error, addresses) =>
        process.nextTick(() => {
          if (error) return done(error, [])
          if (options.all) return done(null, addresses)
          done(null, addresses[0]!.address, addresses[0]!.family)
        }),
      )
    },
    check: host =>
      new Promise((resolved, rejected) =>
        find(host, {}, (error, addresses) =>
          error ? rejected(error) : resolved(addresses.map(({ address }) => address)),
        ),
      ),
  }
}
