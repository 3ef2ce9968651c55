import { webcrypto } from 'node:crypto'
import 'reflect-metadata' // the certificate library refuses to load without it
import * as x509 from '@peculiar/x509'

const DAY_MS = 86_400_000
/** Certificates start this much in the past, or an agent whose clock is behind could not even be told what time it is. */
const CLOCK_SKEW_MS = 60 * 60_000
const CA_VALID_MS = 3650 * DAY_MS
/** Browsers take no server certificate that is valid for more than 398 days. */
const SERVER_VALID_MS = 365 * DAY_MS
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A certificate and its private key in PEM. */
export interface KeyPair {
  cert: string
  key: string
}

/** A name or an address that a certificate is for. */
export type Host = { type: 'dns' | 'ip'; value: string }

/** A certificate authority of one's own. */
export async function makeAuthority(commonName: string, now: Date): Promise<KeyPair> {
  const keys = await newKeys()
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    serialNumber: serial(),
    notBefore: new Date(now.getTime() - CLOCK_SKEW_MS),
    notAfter: new Date(now.getTime() + CA_VALID_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: asFile(cert.toString('pem')), key: await toPem(keys.privateKey) }
}

/** A server's certificate for `hosts`, signed by `authority`. */
export async function makeServerCertificate(authority: KeyPair, hosts: Host[], now: Date): Promise<KeyPair> {
  const issuer = new x509.X509Certificate(authority.cert)
  const [der] = x509.PemConverter.decode(authority.key)
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der!, ALGORITHM, false, ['sign'])
  const keys = await newKeys()
  const cert = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [hosts[0]!.value] }],
    issuer: issuer.subjectName,
    serialNumber: serial(),
    notBefore: new Date(now.getTime() - CLOCK_SKEW_MS),
    notAfter: new Date(now.getTime() + SERVER_VALID_MS),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(hosts),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: asFile(cert.toString('pem')), key: await toPem(keys.privateKey) }
}

const newKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

async function toPem(key: webcrypto.CryptoKey): Promise<string> {
  return asFile(x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY'))
}

/** As it stands in a file, so that what was made and what is read back are the same. */
const asFile = (pem: string) => `${pem.trim()}\n`

/** 127 random bits with the first byte neither 0 nor above 127, as a serial number is a positive integer. */
function serial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16))
  bytes[0] = (bytes[0]! & 0x3f) | 0x40
  return Buffer.from(bytes).toString('hex')
}
