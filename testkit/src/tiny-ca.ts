import { webcrypto } from 'node:crypto'
import 'reflect-metadata' // the certificate library refuses to load without it
import * as x509 from '@peculiar/x509'

/** ms; how long certificates are valid when nothing is said. Longer than anybody warns ahead of an end. */
const VALID_FOR = 365 * 24 * 60 * 60 * 1000
/** ms; certificates start this much in the past, for clocks that differ. */
const CLOCK_SKEW = 5 * 60 * 1000
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A certificate and its private key, as PEM. */
export interface KeyPairPem {
  cert: string
  key: string
}

export interface CertificateRequest {
  /** CN; for a client, Kubernetes' user name. */
  commonName: string
  /** O; for a client, Kubernetes' groups. */
  organizations?: string[]
  /** Names and IP addresses that a server answers to; none for a client. */
  hosts?: string[]
  notBefore?: Date
  notAfter?: Date
}

/** A certificate authority that lives in memory. */
export interface TinyCa {
  readonly certPem: string
  readonly keyPem: string
  /** Issues a certificate for a server (with `hosts`) or a client (without). */
  issue(request: CertificateRequest): Promise<KeyPairPem>
}

/** Makes a CA with a new key. */
export async function createCa(commonName: string): Promise<TinyCa> {
  const keys = await newKeys()
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: subject(commonName, []),
    serialNumber: serial(),
    notBefore: new Date(Date.now() - CLOCK_SKEW),
    notAfter: new Date(Date.now() + VALID_FOR),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return {
    certPem: cert.toString('pem'),
    keyPem: await keyPem(keys.privateKey),
    issue: request => issue(cert, keys.privateKey, request),
  }
}

async function issue(
  ca: x509.X509Certificate,
  caKey: webcrypto.CryptoKey,
  request: CertificateRequest,
): Promise<KeyPairPem> {
  const keys = await newKeys()
  const hosts = request.hosts ?? []
  const cert = await x509.X509CertificateGenerator.create({
    subject: subject(request.commonName, request.organizations ?? []),
    issuer: ca.subjectName,
    serialNumber: serial(),
    notBefore: request.notBefore ?? new Date(Date.now() - CLOCK_SKEW),
    notAfter: request.notAfter ?? new Date(Date.now() + VALID_FOR),
    publicKey: keys.publicKey,
    signingKey: caKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension([
        hosts.length > 0 ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth,
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(ca),
      ...(hosts.length > 0 ? [new x509.SubjectAlternativeNameExtension(hosts.map(alternativeName))] : []),
    ],
  })
  return { cert: cert.toString('pem'), key: await keyPem(keys.privateKey) }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>
}

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

function subject(commonName: string, organizations: string[]): x509.Name {
  return new x509.Name([{ CN: [commonName] }, ...organizations.map(name => ({ O: [name] }))])
}

function alternativeName(host: string): { type: 'ip' | 'dns'; value: string } {
  return { type: /^[\d.]+$|:/.test(host) ? 'ip' : 'dns', value: host }
}

/** A serial number that no other certificate of the CA has; its first bit is 0, so that it is positive. */
function serial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16))
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x01
  return Buffer.from(bytes).toString('hex')
}
