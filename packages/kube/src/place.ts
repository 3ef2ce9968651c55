/** Where to dial. */
export interface Place {
  /** A name or an address, IPv6 without brackets. */
  host: string
  port: number
}

const DEFAULT_PORTS: Record<string, number> = { 'https:': 443, 'http:': 80, 'socks5:': 1080, 'socks5h:': 1080 }

/** Host and port of a URL, with the port that its scheme has by default. */
export const placeOf = (url: URL): Place => ({
  host: url.hostname.replace(/^\[|\]$/g, ''),
  port: url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? 443) : Number(url.port),
})

/** `host:port`, for messages. */
export const nameOf = ({ host, port }: Place) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)
