import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

/**
 * The proxy that the environment names for this address, or null. HTTPS_PROXY
 * and HTTP_PROXY, in capitals or not, and NO_PROXY as curl reads it; never for
 * this machine itself.
 */
export function proxyFor(address: string, env: Io['env']): URL | null {
  const url = new URL(address)
  if (LOOPBACK.test(url.hostname) || isExempt(url, env.NO_PROXY || env.no_proxy || '')) return null
  const plain = env.HTTP_PROXY || env.http_proxy
  const text = url.protocol === 'https:' ? env.HTTPS_PROXY || env.https_proxy || plain : plain
  if (!text) return null
  const proxy = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`)
  if (proxy !== null && /^https?:$/.test(proxy.protocol)) return proxy
  // Not repeated here: it may hold a password.
  throw new CliError('usage', exitCodes.usage, 'The proxy that the environment names is no http:// address.', {
    fix: 'Set HTTPS_PROXY to one such as http://proxy.example.org:3128, or unset it.',
  })
}

function isExempt(url: URL, list: string): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .some(entry => {
      if (entry === '*') return true
      const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
      if (only !== undefined && only !== port) return false
      const suffix = name.replace(/^\*?\./, '')
      return url.hostname === suffix || url.hostname.endsWith(`.${suffix}`)
    })
}

/** What a proxy wants to see of the user in its address. */
export const proxyAuthorization = ({ username, password }: URL) =>
  username === ''
    ? undefined
    : `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`
