import { BlockList, isIP } from 'node:net'

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

const withoutBrackets = (host: string) => host.replace(/^\[|\]$/g, '')

/** `host`, and the port where an entry names one. An IPv6 address has a port only after brackets. */
function splitPort(entry: string): { host: string; port: number | null } {
  const found = /^(?<host>\[[^\]]*\]|[^:]*):(?<port>\d{1,5})$/.exec(entry)
  if (found?.groups === undefined) return { host: withoutBrackets(entry), port: null }
  return { host: withoutBrackets(found.groups.host ?? ''), port: Number(found.groups.port) }
}

function inRange(host: string, range: string): boolean {
  const [network = '', bits = ''] = range.split('/')
  if (isIP(host) === 0 || isIP(network) === 0 || !/^\d{1,3}$/.test(bits)) return false
  const list = new BlockList()
  try {
    list.addSubnet(network, Number(bits), family(network))
  } catch {
    return false // more bits than the address has
  }
  return list.check(host, family(host))
}

function matches(host: string, entry: string): boolean {
  if (entry.includes('/')) return inRange(host, entry)
  if (isIP(host) !== 0) {
    if (isIP(entry) === 0) return false
    const list = new BlockList()
    list.addAddress(entry, family(entry))
    return list.check(host, family(host))
  }
  const suffix = entry.replace(/^\*?\./, '')
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`))
}

/**
 * Whether a host is dialled without the proxy, as most programs understand
 * NO_PROXY: names with all below them, addresses, ranges, each with a port or
 * without, and `*` for all. Nothing is looked up for it.
 */
export function isDirect(noProxy: string, host: string, port: number): boolean {
  const wanted = withoutBrackets(host).toLowerCase().replace(/\.$/, '')
  return noProxy
    .split(/[,\s]+/)
    .map(entry => entry.trim().toLowerCase())
    .filter(entry => entry !== '')
    .some(entry => {
      if (entry === '*') return true
      const only = splitPort(entry)
      return (only.port === null || only.port === port) && matches(wanted, only.host)
    })
}
