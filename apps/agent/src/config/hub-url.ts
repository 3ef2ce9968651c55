import { isIP } from 'node:net'
import { ConfigError } from './config-error.ts'

const isLoopback = (host: string) =>
  host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))

/** Reads the URL of a hub. Throws a `ConfigError`. */
export function hubUrlOf(text: string, key: string): URL {
  if (!URL.canParse(text)) {
    throw new ConfigError(
      key,
      `${key} is “${text.slice(0, 200)}”, which is no URL; it looks like https://moorage.example.com.`,
    )
  }
  const url = new URL(text)
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ConfigError(key, `${key} has more than a scheme, host, port and path.`)
  }
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url
  // Tokens and what the cluster answers would pass in the clear.
  throw new ConfigError(key, `${key} is “${url.href}”; a hub on another machine is reached by https only.`)
}
