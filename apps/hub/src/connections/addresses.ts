import ipaddr from 'ipaddr.js'

/** An address range, parsed. */
export type Range = [ipaddr.IPv4 | ipaddr.IPv6, number]

/** Ranges that no kubeconfig may point to, whatever the operator allows, each with what it is. */
const neverDialled: readonly { range: Range; what: string }[] = (
  [
    ['0.0.0.0/8', 'the unspecified address'],
    ['169.254.0.0/16', 'a link-local address, where clouds serve instance metadata'],
    ['100.100.100.200/32', 'the metadata address of Alibaba Cloud'],
    ['168.63.129.16/32', 'the platform address of Azure'],
    ['192.0.0.192/32', 'the metadata address of Oracle Cloud'],
    ['224.0.0.0/4', 'a multicast address'],
    ['240.0.0.0/4', 'a reserved or broadcast address'],
    ['::/128', 'the unspecified address'],
    ['fe80::/10', 'a link-local address'],
    ['ff00::/8', 'a multicast address'],
    ['fd00:ec2::/32', 'the range of the metadata addresses of AWS'],
    ['fd20:ce::254/128', 'the metadata address of Google Cloud'],
  ] as const
).map(([range, what]) => ({ range: ipaddr.parseCIDR(range), what }))

/**
 * IPv6 ranges whose addresses carry an IPv4 address, and where: byte offsets
 * of its four bytes. Packets to them may end at the IPv4 address.
 */
const carriers: readonly { range: Range; at: readonly (readonly number[])[]; inverted?: boolean }[] = [
  { range: ipaddr.parseCIDR('::/96'), at: [[12, 13, 14, 15]] }, // IPv4-compatible, RFC 4291 §2.5.5.1
  { range: ipaddr.parseCIDR('::ffff:0:0/96'), at: [[12, 13, 14, 15]] }, // IPv4-mapped, RFC 4291 §2.5.5.2
  { range: ipaddr.parseCIDR('::ffff:0:0:0/96'), at: [[12, 13, 14, 15]] }, // IPv4-translated, RFC 2765
  { range: ipaddr.parseCIDR('64:ff9b::/96'), at: [[12, 13, 14, 15]] }, // NAT64, RFC 6052
  {
    range: ipaddr.parseCIDR('64:ff9b:1::/48'), // NAT64 for local use, RFC 8215: prefixes of 48, 56, 64 or 96 bits
    at: [
      [6, 7, 9, 10],
      [7, 9, 10, 11],
      [9, 10, 11, 12],
      [12, 13, 14, 15],
    ],
  },
  { range: ipaddr.parseCIDR('2002::/16'), at: [[2, 3, 4, 5]] }, // 6to4, RFC 3056
  { range: ipaddr.parseCIDR('2001::/32'), at: [[4, 5, 6, 7]] }, // Teredo's server, RFC 4380
  { range: ipaddr.parseCIDR('2001::/32'), at: [[12, 13, 14, 15]], inverted: true }, // Teredo's client
]

const isIn = (address: ipaddr.IPv4 | ipaddr.IPv6, [base, bits]: Range) =>
  address.kind() === base.kind() && address.match(base as ipaddr.IPv4 & ipaddr.IPv6, bits)

/** Reads one address as the resolver or a URL writes it; IPv4-mapped ones become the IPv4 address that they are. */
export function readAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (!ipaddr.isValid(text)) return null
  return ipaddr.process(text)
}

/** The IPv4 addresses that an address carries inside. */
export function carried(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4[] {
  if (address.kind() === 'ipv4') return []
  const bytes = address.toByteArray()
  const interfaceId = bytes.slice(8, 12).join('.')
  // ISATAP, RFC 5214: the marker stands in the interface id, under any prefix.
  const isatap = interfaceId === '0.0.94.254' || interfaceId === '2.0.94.254' ? [bytes.slice(12)] : []
  const byRange = carriers
    .filter(({ range }) => isIn(address, range))
    .flatMap(({ at, inverted }) =>
      at.map(offsets => offsets.map(offset => (inverted ? 255 - bytes[offset]! : bytes[offset]!))),
    )
  return [...byRange, ...isatap].map(four => new ipaddr.IPv4(four))
}

/** What the address is, where it is one that is never dialled. */
export function whyNever(address: ipaddr.IPv4 | ipaddr.IPv6): string | null {
  if (address.kind() === 'ipv6' && (address as ipaddr.IPv6).zoneId) return 'an address with a zone, thus of one link'
  const own = neverDialled.find(({ range }) => isIn(address, range))
  if (own) return own.what
  // `::1` lies in the range of IPv4-compatible addresses and reads as 0.0.0.1 there.
  if (address.kind() === 'ipv6' && address.toNormalizedString() === '0:0:0:0:0:0:0:1') return null
  for (const inner of carried(address)) {
    const found = neverDialled.find(({ range }) => isIn(inner, range))
    if (found) return `an IPv6 form of ${inner.toString()}, ${found.what}`
  }
  return null
}

/** Whether the address, or an IPv4 address inside it, lies in one of the ranges. */
export const touches = (address: ipaddr.IPv4 | ipaddr.IPv6, ranges: readonly Range[]) =>
  [address, ...carried(address)].some(one => ranges.some(range => isIn(one, range)))

/** Whether the address itself lies in one of the ranges. */
export const liesIn = (address: ipaddr.IPv4 | ipaddr.IPv6, ranges: readonly Range[]) =>
  ranges.some(range => isIn(address, range))

/** Reads a range such as `10.0.0.0/8`; a single address is a range of one. Throws a sentence. */
export function readRange(text: string): Range {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text)
  const address = ipaddr.isValid(text) ? ipaddr.parse(text) : null
  if (address) return [address, address.kind() === 'ipv4' ? 32 : 128]
  throw new Error(`"${text}" is not an address range; write one like 10.0.0.0/8 or fd00::/8`)
}
