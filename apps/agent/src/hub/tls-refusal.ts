import type { TLSSocket } from 'node:tls'
import { TransportError } from '@moorage/kube/errors.ts'
import { certificatesOf } from '@moorage/kube/pem.ts'
import { nameOf, type Place } from '@moorage/kube/place.ts'
import { type Presented, presentedChain } from '@moorage/kube/tls-failure.ts'

/** Names of CAs, each with enough of its fingerprint to tell two of one name apart. */
function trusted(ca: string | null): string {
  if (ca === null)
    return 'The agent trusts public CAs only: where the hub has another one, its certificate belongs into ca.crt of the manifest'
  const names = (certificatesOf(ca) ?? []).map(({ subject, fingerprint256 }) => {
    const name = /^CN=(.*)$/m.exec(subject)?.[1] ?? 'without a name'
    return `“${name}” (SHA-256 ${fingerprint256.slice(0, 23)}…)`
  })
  return `The agent trusts ${names.join(', ')}`
}

function issuedBy(chain: readonly Presented[]): string {
  const last = chain.at(-1)
  if (last === undefined) return 'It presented no certificate'
  return `Its certificate comes from “${last.issuer}” (last of its chain: SHA-256 ${last.fingerprint.slice(0, 23)}…)`
}

/** The sentences for a hub whose certificate is not accepted: whose it is, and what would be. */
export function tlsRefusal(place: Place, socket: TLSSocket, code: string, ca: string | null): TransportError {
  const chain = presentedChain(socket.getPeerCertificate(true))
  const hub = `The hub at ${nameOf(place)}`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = chain[0]?.names.slice(0, 20).join(', ') || 'no name at all'
    return new TransportError('tls', `${hub} has a certificate that is not for “${place.host}”, but for ${names}.`, {
      code,
    })
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const when = code === 'CERT_HAS_EXPIRED' ? `until ${chain[0]?.validTo}` : `from ${chain[0]?.validFrom}`
    return new TransportError(
      'tls',
      `${hub} has a certificate that is only valid ${when}: renew it, or set the clocks.`,
      { code },
    )
  }
  if (code === 'PIN') {
    return new TransportError(
      'tls',
      `${hub} has another public key than the manifest says (hub-pin). ${issuedBy(chain)}.`,
      { code },
    )
  }
  return new TransportError(
    'tls',
    `${hub} has a certificate that can not be verified. ${issuedBy(chain)}. ${trusted(ca)}. Either something on the way opens TLS: import again with --ca-bundle and its CA. Or the hub has another CA by now: apply its manifest again.`,
    { code },
  )
}
