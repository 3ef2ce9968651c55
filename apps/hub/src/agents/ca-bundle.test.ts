import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { expect, test } from 'vitest'
import { requireCertificates } from './ca-bundle.ts'

const pem = new X509Certificate(rootCertificates[0] ?? '').toString()

test('certificates are taken, with what people write between them', () => {
  expect(() => requireCertificates({})).not.toThrow()
  expect(() => requireCertificates({ caBundle: `# ours\n${pem}\n# theirs\n${pem}` })).not.toThrow()
})

test.each([
  ['', 'no certificate'],
  ['export A=b', 'no certificate'],
  [`${pem}-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----`, 'a private key'],
  [pem.replace(/\n[A-Za-z0-9+/]{20}/, '\n'), 'can not be read, number 1'],
])('anything else is refused, and said', (caBundle, why) => {
  expect(() => requireCertificates({ caBundle })).toThrow(why)
})
