type Fields = readonly (readonly [name: string, value: string])[]

/**
 * What never reaches the API server from the hub: credentials, as the agent has
 * its own; what an authenticating proxy in front of it would be believed; and
 * what only says which way a request came.
 */
const LEFT_OUT = /^(?:host|authorization|cookie|forwarded|via|x-forwarded-.*|x-remote-.*|x-real-ip|moorage-.*)$/

/** A WebSocket's way of carrying a bearer token. */
const TOKEN_PROTOCOL = /^base64url\.bearer\.authorization\.k8s\.io\./i

const withoutToken = (protocols: string) =>
  protocols
    .split(',')
    .map(protocol => protocol.trim())
    .filter(protocol => !TOKEN_PROTOCOL.test(protocol))
    .join(', ')

/** The headers that a request of a full member is sent on with, besides host and credential. */
export const headersOfAny = (fields: Fields): [string, string][] =>
  fields.flatMap(([name, value]): [string, string][] => {
    const lower = name.toLowerCase()
    if (LEFT_OUT.test(lower)) return []
    if (lower !== 'sec-websocket-protocol') return [[name, value]]
    const kept = withoutToken(value)
    return kept === '' ? [] : [[name, kept]]
  })
