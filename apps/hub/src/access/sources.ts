import ipaddr from 'ipaddr.js'
import { liesIn, type Range, readAddress, readRange } from '../connections/addresses.ts'

const EXAMPLE = 'write one like 10.0.0.0/8, 192.0.2.7 or fd00::/8'

/** Bits of an IPv4-mapped IPv6 address before those of the IPv4 address. */
const MAPPED_BITS = 96

/** A range of IPv4-mapped addresses is one of IPv4 addresses: that is what a request’s address is read as. */
function unmapped([base, bits]: Range): Range {
  if (base.kind() === 'ipv4' || bits < MAPPED_BITS) return [base, bits]
  const inner = base as ipaddr.IPv6
  return inner.isIPv4MappedAddress() ? [inner.toIPv4Address(), bits - MAPPED_BITS] : [base, bits]
}

/** Reads an address or a range of them, as it stands in limits. Throws a sentence. */
export function readSource(text: string): Range {
  const [address = '', ...bits] = text.split('/')
  // Short and octal forms of IPv4 mean something else to everybody.
  const plain = address.includes(':') ? !address.includes('%') : ipaddr.IPv4.isValidFourPartDecimal(address)
  const digits = bits.length === 0 || (bits.length === 1 && /^\d{1,3}$/.test(bits[0] ?? ''))
  if (!plain || !digits) throw new Error(`"${text}" is not an address or a range; ${EXAMPLE}`)
  const range = readRange(text)
  const [base, length] = range
  const whole = base.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6
  const network = whole.networkAddressFromCIDR(`${base.toString()}/${length}`)
  if (network.toString() !== base.toString()) {
    throw new Error(`"${text}" has an address beyond its ${length} bits: the range is ${network.toString()}/${length}`)
  }
  return unmapped(range)
}

/** Whether a request from this address comes from one of the ranges. One that can not be read comes from nowhere. */
export function comesFrom(address: string, ranges: readonly Range[]): boolean {
  // A link-local address carries its link: %eth0.
  const read = readAddress(address.split('%', 1)[0] ?? '')
  return read !== null && liesIn(read, ranges)
}
