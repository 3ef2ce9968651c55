import { MoorageError } from '../errors.ts'

/** Where lines go, and how they are written. */
export interface Target {
  format: 'syslog' | 'json-lines' | 'otlp'
  by: 'tcp' | 'tls' | 'udp' | 'http'
  host: string
  port: number
  /** As it is dialled; of syslog only host and port count. */
  url: URL
  /** Scheme, host and port: what secrets are kept for. */
  origin: string
  /** What may be shown: without the query. */
  shown: string
}

/** Port of each scheme: RFC 5425 for TLS, RFC 5426 for UDP, what everyone takes for TCP; OTLP over HTTP. */
const SCHEMES = {
  'syslog:': { format: 'syslog', by: 'tcp', port: 514 },
  'syslog+tcp:': { format: 'syslog', by: 'tcp', port: 514 },
  'syslog+tls:': { format: 'syslog', by: 'tls', port: 6514 },
  'syslog+udp:': { format: 'syslog', by: 'udp', port: 514 },
  'https:': { format: 'json-lines', by: 'http', port: 443 },
  'http:': { format: 'json-lines', by: 'http', port: 80 },
  'otlp+https:': { format: 'otlp', by: 'http', port: 4318 },
  'otlp+http:': { format: 'otlp', by: 'http', port: 4318 },
} as const satisfies Record<string, Pick<Target, 'format' | 'by' | 'port'>>

const refused = (message: string, fix: string) =>
  new MoorageError('bad_request', message, { fields: [{ path: 'to', message }], fix })

/** OTLP/HTTP puts logs below the base address that people know. */
const withLogsPath = (path: string) =>
  /\/v1\/logs\/?$/.test(path) ? path.replace(/\/$/, '') : `${path.replace(/\/$/, '')}/v1/logs`

/** Understands an address as people write it. Throws a sentence, which does not repeat what could be secret. */
export function readTarget(text: string): Target {
  const given = URL.parse(text.trim())
  const scheme = given === null ? undefined : SCHEMES[given.protocol as keyof typeof SCHEMES]
  if (given === null || scheme === undefined || given.hostname === '') {
    const schemes = Object.keys(SCHEMES).map(each => `${each}//`)
    throw refused('It is no address that the audit log can be sent to.', `Begin with one of ${schemes.join(', ')}.`)
  }
  if (given.username !== '' || given.password !== '') {
    throw refused('There is a user or a password in the address.', 'Give it as a header, which is sealed.')
  }
  const isHttp = scheme.by === 'http'
  if (given.hash !== '' || (!isHttp && (given.search !== '' || !['', '/'].includes(given.pathname)))) {
    throw refused(
      'There is more in the address than can be used.',
      `Give a host${isHttp ? ', a path' : ''} and a port.`,
    )
  }
  const port = Number(given.port) || scheme.port
  if (!isHttp) {
    const shown = `${given.protocol}//${given.hostname}:${port}`
    return { ...scheme, host: given.hostname, port, url: given, origin: shown, shown }
  }
  // Written anew with a scheme that URL knows, so that host and path are as they will be dialled.
  const url = new URL(`${given.protocol.replace('otlp+', '')}//${given.host}${given.pathname}${given.search}`)
  if (scheme.format === 'otlp') {
    if (given.port === '') url.port = String(port)
    url.pathname = withLogsPath(url.pathname)
  }
  const prefix = scheme.format === 'otlp' ? 'otlp+' : ''
  const origin = `${prefix}${url.origin}`
  return { ...scheme, host: url.hostname, port, url, origin, shown: `${origin}${url.pathname}` }
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** Whether somebody in between could read what is sent. */
export const isInTheClear = ({ by, url, host }: Target): boolean =>
  !LOOPBACK.test(host) && (by === 'tcp' || by === 'udp' || url.protocol === 'http:')
