import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** Decodes base64 as Kubernetes does: standard alphabet, padded, line breaks allowed. null where it is something else. */
export const decodeBase64 = (text: string): string | null => {
  const compact = text.replace(/[\r\n]/g, '')
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return null
  return Buffer.from(compact, 'base64').toString('utf8')
}

/** The certificates of a PEM text, in their order; null where one can not be read or none is there. */
export const certificatesOf = (pem: string): X509Certificate[] | null => {
  const blocks = pem.match(CERTIFICATE) ?? []
  try {
    return blocks.length === 0 ? null : blocks.map(block => new X509Certificate(block))
  } catch {
    return null // OpenSSL's words say nothing that a person could use.
  }
}

/** The private key of a PEM text; null where it can not be read, as when it needs a passphrase. */
export const privateKeyOf = (pem: string): KeyObject | null => {
  try {
    return createPrivateKey(pem)
  } catch {
    return null // As above; and the words must not quote a key.
  }
}
