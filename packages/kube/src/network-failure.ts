import { TransportError } from './errors.ts'
import { nameOf, type Place } from './place.ts'

/** The code of an error, or of the first of several tries, or of its cause. */
export const codeOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  // undici wraps what it met in an error of its own.
  if (typeof code === 'string' && code !== 'UND_ERR_SOCKET') return code
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause
  return codeOf(inner) ?? (typeof code === 'string' ? code : undefined)
}

/** Why a signal ended an attempt: its own deadline, or somebody who no longer wanted it. */
export const signalFailure = (place: Place, signal: AbortSignal): TransportError =>
  signal.reason instanceof TransportError
    ? signal.reason
    : signal.reason?.name === 'TimeoutError'
      ? new TransportError('timeout', `${nameOf(place)} did not answer in time.`)
      : new TransportError('aborted', `The request to ${nameOf(place)} was given up.`)

/** The request itself was wrong, as with a header that HTTP does not have: nothing was sent. */
export const isMisuse = (error: unknown): boolean => {
  const code = codeOf(error)
  return code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED' || error instanceof TypeError
}

const DNS_UNKNOWN = new Set(['ENOTFOUND', 'ENODATA', 'ENONAME', 'NXDOMAIN'])
const DNS_BUSY = new Set(['EAI_AGAIN', 'EAI_FAIL', 'ESERVFAIL', 'EREFUSED', 'ETIMEOUT', 'EBADRESP', 'ENOMEM'])

/** The sentence for a name lookup that failed. Whatever is not DNS's own code is the guard refusing the address. */
export const lookupFailure = (place: Place, error: unknown): TransportError => {
  if (error instanceof TransportError) return error
  const code = codeOf(error)
  if (code !== undefined && DNS_UNKNOWN.has(code)) {
    const message = `The name “${place.host}” is not known to the name servers used here. Check it in server (or proxy-url).`
    return new TransportError('dns', message, { code, retryable: false })
  }
  if (code !== undefined && (DNS_BUSY.has(code) || code.startsWith('EAI_'))) {
    return new TransportError('dns', `The name “${place.host}” could not be looked up now (${code}).`, { code })
  }
  const said = error instanceof Error ? error.message : `${nameOf(place)} may not be dialled`
  const message = said.endsWith('.') ? said : `${said}.`
  return new TransportError('address', message, { code, cause: error })
}

/** The sentence for a connection that could not be made, or broke. */
export const networkFailure = (place: Place, error: unknown): TransportError => {
  if (error instanceof TransportError) return error
  const where = nameOf(place)
  const code = codeOf(error)
  const fail = (reason: TransportError['reason'], message: string) => new TransportError(reason, message, { code })
  switch (code) {
    case 'ECONNREFUSED':
      return fail('refused', `${where} refused the connection: nothing listens there, or a firewall rejects it.`)
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return fail('refused', `There is no route to ${where} from here (${code}).`)
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return fail('timeout', `${where} did not answer in time.`)
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
    case 'UND_ERR_ABORTED':
      return fail('aborted', `The request to ${where} was given up.`)
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'ERR_SSL_HTTP_REQUEST':
      return fail('tls', `${where} does not speak TLS.`)
    case undefined:
      return fail('reset', `The connection to ${where} broke off.`)
  }
  if (/^ERR_SSL_.*ALERT_(BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_(REQUIRED|EXPIRED|UNKNOWN|REVOKED))/.test(code)) {
    return fail('tls', `${where} did not accept the client certificate (${code}).`)
  }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return fail('tls', `The TLS handshake with ${where} failed (${code}).`)
  }
  if (code.startsWith('HPE_')) return fail('reset', `${where} answered something that is not HTTP (${code}).`)
  return fail('reset', `The connection to ${where} broke off (${code}).`)
}
