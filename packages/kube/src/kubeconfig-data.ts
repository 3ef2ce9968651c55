import type { X509Certificate } from 'node:crypto'
import { refuseField, type Section, textOf } from './kubeconfig-entries.ts'
import { certificatesOf, decodeBase64, privateKeyOf } from './pem.ts'

/** What fits into one HTTP header without being cut or folded. */
const TOKEN = /^[\x21-\x7e]+$/

/** The bearer token, without the line break that a block of text ends with. */
export const tokenOf = (user: Section): string | null => {
  const token = textOf(user, 'token')?.trim() ?? ''
  if (token === '') return null
  if (TOKEN.test(token)) return token
  throw refuseField(user, 'token', `${user.path}.token holds characters that no token has, such as spaces.`, {
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

/** One certificate or more, leaf first. */
export const certificateData = (section: Section, field: string): { pem: string; leaf: X509Certificate } => {
  const pem = pemOf(section, field, 'a certificate')
  const certificates = certificatesOf(pem)
  if (certificates) return { pem, leaf: certificates[0]! }
  throw refuseField(section, field, `${section.path}.${field} holds no certificate that can be read.`, {
    fix: 'Copy it again: it seems to be cut or changed.',
  })
}

/** A private key that belongs to the certificate. */
export const keyData = (section: Section, field: string, certificate: X509Certificate): string => {
  const pem = pemOf(section, field, 'a private key')
  const fix = 'Use the key that the certificate was made for, without a passphrase.'
  const key = privateKeyOf(pem)
  if (!key) {
    throw refuseField(section, field, `${section.path}.${field} holds no private key that can be read.`, { fix })
  }
  if (certificate.checkPrivateKey(key)) return pem
  throw refuseField(section, field, `${section.path}.${field} does not belong to client-certificate-data.`, { fix })
}
