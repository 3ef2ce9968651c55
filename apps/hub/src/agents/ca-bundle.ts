import { X509Certificate } from 'node:crypto'
import type { AgentOptions } from '@moorage/contract/agent.ts'
import { MoorageError } from '../errors.ts'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

const refused = (why: string) =>
  new MoorageError('bad_request', `The CA bundle of the agent ${why}.`, {
    fix: 'Give a PEM file that holds the certificates of CAs and nothing else.',
    fields: [{ path: 'agent.caBundle', message: why }],
  })

/**
 * A CA bundle stands in the manifest for all to read, and an agent that can not
 * read it never calls: so it holds certificates, and never a key.
 */
export function requireCertificates({ caBundle }: Pick<AgentOptions, 'caBundle'>): void {
  if (caBundle === undefined) return
  if (/PRIVATE KEY-----/.test(caBundle)) throw refused('holds a private key')
  const found = caBundle.match(CERTIFICATE) ?? []
  if (found.length === 0) throw refused('holds no certificate')
  for (const [index, pem] of found.entries()) {
    try {
      new X509Certificate(pem)
    } catch {
      throw refused(`holds a certificate that can not be read, number ${index + 1}`)
    }
  }
}
