import type { X509Certificate } from 'node:crypto'
import { refuseField, type Section, textOf } from './kubeconfig-entries.ts'
import { certificatesOf, decodeBase64, privateKeyOf } from './pem.ts'

/** What fits into one HTTP header without being cut or folded. */
const TOKEN = /^[\x21-\x7e]+$/

/** The bearer token, without the line break that a file or a block of text ends with; null where there is none. */
export const checkedToken = (user: Section, field: string, text: string): string | null => {
  const token = text.trim()
  if (token === '') return null
  if (TOKEN.test(token)) return token
  throw refuseField(user, field, `${user.path}.${field} holds characters that no token has, such as spaces.`, {
    fix: 'Copy the token again, as one line.',
  })
}

const pemOf = (section: Section, field: string, what: string): string => {
  const text = textOf(section, field) ?? ''
  const fix = `Put the PEM file into it with \`base64 -w0 FILE\`.`
  if (text.includes('-----BEGIN')) {
    throw refuseField(section, field, `${section.path}.${field} is PEM itself; it must be the base64 of it.`, { fix })
  }
  const pem = decodeBase64(text)
  if (pem === null) throw refuseField(section, field, `${section.path}.${field} is not base64.`, { fix })
  if (pem.includes('-----BEGIN')) return pem
  throw refuseField(section, field, `${section.path}.${field} is not ${what} in PEM.`, { fix })
}

/** Reads PEM that holds one certificate or more, leaf first. `field` is where it came from. */
export const certificatePem = (
  section: Section,
  field: string,
  pem: string,
): { pem: string; leaf: X509Certificate } => {
  const certificates = certificatesOf(pem)
  if (certificates) return { pem, leaf: certificates[0]! }
  throw refuseField(section, field, `${section.path}.${field} holds no certificate that can be read.`, {
    fix: 'Copy it again: it seems to be cut or changed.',
  })
}

/** Reads PEM that holds the private key of the certificate. */
export const keyPem = (section: Section, field: string, pem: string, certificate: X509Certificate): string => {
  const fix = 'Use the key that the certificate was made for, without a passphrase.'
  const key = privateKeyOf(pem)
  if (!key) {
    throw refuseField(section, field, `${section.path}.${field} holds no private key that can be read.`, { fix })
  }
  if (certificate.checkPrivateKey(key)) return pem
  throw refuseField(section, field, `${section.path}.${field} does not belong to the client certificate.`, { fix })
}

/** One certificate or more, leaf first, in base64. */
export const certificateData = (section: Section, field: string) =>
  certificatePem(section, field, pemOf(section, field, 'a certificate'))

/** A private key that belongs to the certificate, in base64. */
export const keyData = (section: Section, field: string, certificate: X509Certificate): string =>
  keyPem(section, field, pemOf(section, field, 'a private key'), certificate)
