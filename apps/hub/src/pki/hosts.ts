import { isIP } from 'node:net'
import type { Host } from './certificates.ts'

const WILDCARDS = ['::', '0.0.0.0']

/** What the hub's certificate must be for: where it listens, its public name, and the machine itself. */
export function serverHosts(listenHost: string, publicUrl: string | null, machine: string): Host[] {
  const publicHost = publicUrl === null ? [] : [new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')]
  const listening = WILDCARDS.includes(listenHost) ? [machine] : [listenHost]
  const names = [...publicHost, ...listening, 'localhost', '127.0.0.1', '::1'].filter(name => name !== '')
  return [...new Set(names.map(name => name.toLowerCase()))].map(value => ({
    type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const),
    value,
  }))
}
