import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls'
import { TransportError } from './errors.ts'
import { certificatesOf } from './pem.ts'
import { nameOf, type Place } from './place.ts'

/** Codes that mean: the chain does not end at a root that is trusted here. */
const UNKNOWN_AUTHORITY = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  // Two clusters whose CAs share a name, such as kubeadm's `kubernetes`, end here.
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
])

/** What of a presented certificate a message needs. */
export interface Presented {
  subject: string
  issuer: string
  /** SHA-256, as `openssl x509 -fingerprint -sha256` prints it. */
  fingerprint: string
  names: string[]
  validFrom: string
  validTo: string
}

const commonName = (name: PeerCertificate['subject'] | undefined) => {
  const value = name?.CN ?? name?.O ?? name?.OU
  return (Array.isArray(value) ? value.join(', ') : value) ?? 'without a name'
}

const present = (certificate: PeerCertificate): Presented => ({
  subject: commonName(certificate.subject),
  issuer: commonName(certificate.issuer),
  fingerprint: certificate.fingerprint256,
  names: (certificate.subjectaltname ?? '')
    .split(', ')
    .map(name => name.replace(/^(DNS|IP Address):/, ''))
    .filter(name => name !== ''),
  validFrom: certificate.valid_from,
  validTo: certificate.valid_to,
})

/** The chain that the server presented, leaf first. */
export const presentedChain = (leaf: DetailedPeerCertificate): Presented[] => {
  const chain: Presented[] = []
  // The last certificate of a complete chain is its own issuer.
  for (let next: DetailedPeerCertificate | undefined = leaf; next?.fingerprint256; next = next.issuerCertificate) {
    if (chain.some(seen => seen.fingerprint === next?.fingerprint256)) break
    chain.push(present(next))
  }
  return chain
}

const authority = (chain: Presented[]) => {
  const last = chain.at(-1)
  if (!last) return 'The server presented no certificate'
  const whose =
    last.subject === last.issuer
      ? `by “${last.issuer}” (SHA-256 ${last.fingerprint})`
      : `by “${last.issuer}”, which it did not send`
  const leaf = chain[0]
  return `Its certificate “${leaf?.subject}” (SHA-256 ${leaf?.fingerprint}) was issued ${whose}`
}

/** The CA that was trusted instead, told apart from one of the same name by its fingerprint. */
const describeCa = (pem: string) => {
  const ca = certificatesOf(pem)?.[0]
  if (!ca) return 'which can not be read'
  const name = /^CN=(.*)$/m.exec(ca.subject)?.[1] ?? 'without a name'
  return `“${name}” (SHA-256 ${ca.fingerprint256})`
}

/** The sentence for a certificate that was not accepted. `code` is OpenSSL's or Node's; `ownCa` the CA of the kubeconfig. */
export const tlsFailure = (
  place: Place,
  code: string,
  chain: Presented[],
  expected: { name: string; ownCa: string | null },
): TransportError => {
  const where = `The certificate of ${nameOf(place)}`
  const fail = (sentence: string) => new TransportError('tls', sentence, { code })
  if (UNKNOWN_AUTHORITY.has(code)) {
    const trusted =
      expected.ownCa === null
        ? "the system does not trust it: put its CA's certificate into certificate-authority-data"
        : `certificate-authority-data holds another CA, ${describeCa(expected.ownCa)}: put the one there that issued it`
    return fail(`${where} could not be verified. ${authority(chain)}; ${trusted}.`)
  }
  if (code === 'CERT_HAS_EXPIRED') {
    const expired = chain.toSorted((a, b) => Date.parse(a.validTo) - Date.parse(b.validTo))[0]
    return fail(`${where} has expired: “${expired?.subject}” was valid until ${expired?.validTo}. Renew it.`)
  }
  if (code === 'CERT_NOT_YET_VALID') {
    const early = chain.toSorted((a, b) => Date.parse(b.validFrom) - Date.parse(a.validFrom))[0]
    return fail(`${where} is valid only from ${early?.validFrom}. Check the clocks.`)
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = chain[0]?.names ?? []
    const held = names.length === 0 ? 'no name at all' : `only ${names.slice(0, 20).join(', ')}`
    return fail(
      `${where} is not for “${expected.name}”: it holds ${held}. Use one of its names as server, or set tls-server-name to it.`,
    )
  }
  return fail(`${where} could not be verified (${code}). ${authority(chain)}.`)
}
