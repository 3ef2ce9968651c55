import { createPrivateKey, randomBytes, randomUUID, X509Certificate } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Host, type KeyPair, makeAuthority, makeServerCertificate } from './certificates.ts'
import { PkiError } from './pki-error.ts'

/** The server's certificate is renewed when it has less than this left: two months to notice trouble. */
const RENEW_BEFORE_MS = 60 * 86_400_000

/** What the hub answers with. */
export interface HubTls {
  cert: string
  key: string
  /** The hub's own CA, where it made one: all that is to be trusted while it is changed, the one that signs first. */
  ca: { pem: string; fingerprint: string } | null
}

/** The certificates in `dir`: made where they are missing, renewed where they are about to expire or lack a host. */
export async function ownTls(dir: string, hosts: Host[], now: Date): Promise<HubTls> {
  await finishSwitch(dir)
  const authority = (await readPair(dir, 'ca')) ?? (await newAuthority(dir, now))
  checkAuthority(dir, authority, now)
  const known = await readPair(dir, 'server')
  const server =
    known && isGood(known, authority, hosts, now)
      ? known
      : await store(dir, 'server', await makeServerCertificate(authority, hosts, now))
  const trust = await readTrust(dir)
  return { ...server, ca: { pem: trustedCas(trust), fingerprint: fingerprint(authority.cert) } }
}

/** The certificates of the hub's CAs: the one that signs, the one that is to take its place, and the one before. */
export interface Trust {
  current: string
  next: string | null
  previous: string | null
}

/** All that is to be trusted, as one text; whoever put a file there by hand may have left out its last line end. */
export const trustedCas = ({ current, next, previous }: Trust): string =>
  [current, next, previous].flatMap(pem => (pem === null ? [] : [`${pem.trim()}\n`])).join('')

/** What the hub's CAs are now. */
export async function readTrust(dir: string): Promise<Trust> {
  const [current, next, previous] = await Promise.all([
    readPair(dir, 'ca'),
    readPair(dir, 'next'),
    readFiles(dir, 'previous'),
  ])
  if (current === null) throw new PkiError(`There is no CA in ${dir}.`)
  return { current: current.cert, next: next?.cert ?? null, previous: previous.cert ?? null }
}

/** Makes the CA that is to take the place of the current one. Does nothing where there is one already. */
export async function writeNextAuthority(dir: string, now: Date): Promise<void> {
  if ((await readPair(dir, 'next')) === null) await store(dir, 'next', await makeAuthority(caName(), now))
}

/** Puts the next CA in the place of the current one, whose certificate stays as the one before. */
export async function switchAuthority(dir: string): Promise<void> {
  const [current, next] = await Promise.all([readPair(dir, 'ca'), readPair(dir, 'next')])
  if (current === null || next === null) throw new PkiError(`There is no CA in ${dir} that could take its place.`)
  await replaceFile(join(dir, 'previous.crt'), current.cert)
  await takeOver(dir, next)
}

/** The CA before is trusted no longer. */
export const retireAuthority = (dir: string): Promise<void> => rm(join(dir, 'previous.crt'), { force: true })

async function takeOver(dir: string, next: KeyPair): Promise<void> {
  await store(dir, 'ca', next)
  for (const name of ['next.key', 'next.crt']) await rm(join(dir, name), { force: true })
}

/** A switch that was killed in the middle: its key is there already, so the rest follows. */
async function finishSwitch(dir: string): Promise<void> {
  const [next, current] = await Promise.all([readPair(dir, 'next'), readFiles(dir, 'ca')])
  if (next !== null && next.key === current.key) await takeOver(dir, next)
}

/**
 * Makes the CA on the first start: both files in a folder of their own that then takes its place, so that a start that
 * is killed leaves no half of it, and of two hubs that share the folder and start at once one makes it for both.
 */
async function newAuthority(dir: string, now: Date): Promise<KeyPair> {
  const made = await makeAuthority(caName(), now)
  const unfinished = `${dir}.new-${randomUUID()}`
  await mkdir(unfinished, { mode: 0o700 })
  await store(unfinished, 'ca', made)
  try {
    await rename(unfinished, dir)
    return made
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    await rm(unfinished, { recursive: true })
    // The folder was there: with the other hub's CA, or with something else in it and no CA.
    return (await readPair(dir, 'ca')) ?? (await store(dir, 'ca', made))
  }
}

/** Certificate and key of the operator's own. */
export async function filesTls(certFile: string, keyFile: string): Promise<HubTls> {
  const [cert, key] = await Promise.all([read(certFile, '--tls-cert'), read(keyFile, '--tls-key')])
  if (!isCertificate(cert)) throw new PkiError(`${certFile} (--tls-cert) holds no certificate in PEM form.`)
  checkKey(key, keyFile)
  if (!belongTogether({ cert, key })) {
    throw new PkiError(`The key in ${keyFile} does not belong to the first certificate in ${certFile}.`)
  }
  return { cert, key, ca: null }
}

function isCertificate(text: string): boolean {
  return text.includes('-----BEGIN CERTIFICATE-----') && attempt(() => new X509Certificate(text)) === null
}

function checkKey(text: string, file: string): void {
  if (attempt(() => createPrivateKey(text)) === null) return
  throw new PkiError(
    text.includes('ENCRYPTED') // in both of the forms that a locked key has
      ? `The key in ${file} (--tls-key) is locked by a passphrase, which the hub can not ask for; give it one without.`
      : `${file} (--tls-key) holds no private key in PEM form.`,
  )
}

function attempt(what: () => unknown): Error | null {
  try {
    what()
    return null
  } catch (error) {
    return error as Error
  }
}

/** SHA-256 of a certificate, as `openssl x509 -fingerprint -sha256` prints it. */
export const fingerprint = (pem: string) => new X509Certificate(pem).fingerprint256

/** Told apart in trust stores that hold the CAs of several hubs. */
const caName = () => `Moorage CA ${randomBytes(4).toString('hex')}`

function checkAuthority(dir: string, authority: KeyPair, now: Date): void {
  if (!belongTogether(authority)) {
    throw new PkiError(
      `The hub's CA in ${dir} can not be used: ca.key does not belong to ca.crt. Restore both, or remove ${dir} to make a new CA that every client has to trust anew.`,
    )
  }
  if (new X509Certificate(authority.cert).validToDate > now) return
  throw new PkiError(
    `The hub's CA in ${dir} has expired. Remove ${dir} to make a new one, which every client has to trust anew.`,
  )
}

function isGood(server: KeyPair, authority: KeyPair, hosts: Host[], now: Date): boolean {
  if (!belongTogether(server)) return false
  const cert = new X509Certificate(server.cert)
  const left = cert.validToDate.getTime() - now.getTime()
  const covers = hosts.every(({ type, value }) =>
    type === 'ip' ? cert.checkIP(value) !== undefined : cert.checkHost(value, { subject: 'never' }) !== undefined,
  )
  return left > RENEW_BEFORE_MS && covers && cert.verify(new X509Certificate(authority.cert).publicKey)
}

function belongTogether({ cert, key }: KeyPair): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
  } catch {
    // One of the two is no PEM at all.
    return false
  }
}

async function readPair(dir: string, name: string): Promise<KeyPair | null> {
  // Between the two readings another hub may have put the pair there; a second look tells that from half a pair.
  const first = await readFiles(dir, name)
  const { cert, key } = Boolean(first.cert) === Boolean(first.key) ? first : await readFiles(dir, name)
  if (cert && key) return { cert, key }
  if (name === 'ca' && (cert || key)) {
    throw new PkiError(`The hub's CA in ${dir} is not whole: ${name}.${cert ? 'key' : 'crt'} is missing.`)
  }
  return null
}

async function readFiles(dir: string, name: string) {
  const [cert, key] = await Promise.all(
    [join(dir, `${name}.crt`), join(dir, `${name}.key`)].map(file =>
      readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw new PkiError(`${file} can not be read: ${error.message}.`, { cause: error })
      }),
    ),
  )
  return { cert, key }
}

/** Key first: a start that is killed between the two finds a pair that does not fit, and makes a new one. */
async function store(dir: string, name: string, pair: KeyPair): Promise<KeyPair> {
  await replaceFile(join(dir, `${name}.key`), pair.key)
  await replaceFile(join(dir, `${name}.crt`), pair.cert)
  return pair
}

async function replaceFile(file: string, text: string): Promise<void> {
  const unfinished = `${file}.${randomUUID()}.new`
  await writeFile(unfinished, text, { mode: 0o600, flush: true })
  await rename(unfinished, file)
}

async function read(file: string, setting: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new PkiError(`${setting} can not be read: ${why}.`, { cause: error })
  }
}
