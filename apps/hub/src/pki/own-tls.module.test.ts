import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serverHosts } from './hosts.ts'
import { filesTls, ownTls, readTrust, retireAuthority, switchAuthority, writeNextAuthority } from './own-tls.ts'

const DAY = 86_400_000
const NOW = new Date()
const later = (days: number) => new Date(NOW.getTime() + days * DAY)
const hosts = serverHosts('127.0.0.1', 'https://hub.example.org', 'box')

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'moorage-tls-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

describe('the hub’s own certificates', () => {
  test('let a client in that trusts the CA alone, by each of the names', async () => {
    const { cert, key, ca } = await ownTls(dir, hosts, NOW)
    const server = createServer({ cert, key }, (_, response) => response.end('ok'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    for (const servername of ['localhost', 'hub.example.org']) {
      const [response] = await once(get({ host: '127.0.0.1', port, ca: ca!.pem, servername, agent: false }), 'response')
      expect(response.statusCode).toBe(200)
      response.resume()
    }
    const [byAddress] = await once(get({ host: '127.0.0.1', port, ca: ca!.pem, agent: false }), 'response')
    expect(byAddress.statusCode).toBe(200)
    byAddress.resume()
    const stranger = get({ host: '127.0.0.1', port, ca: ca!.pem, servername: 'evil.example.org', agent: false })
    const [error] = await once(stranger, 'error')
    expect(error.code).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
    server.close()
  })

  test('are by one CA for hubs that share the folder and start at once', async () => {
    const shared = join(dir, 'tls')
    const started = await Promise.all(Array.from({ length: 8 }, () => ownTls(shared, hosts, NOW)))
    expect(new Set(started.map(({ ca }) => ca?.fingerprint)).size).toBe(1)
    for (const { cert, ca } of started)
      expect(new X509Certificate(cert).checkIssued(new X509Certificate(ca!.pem))).toBe(true)
    expect((await readdir(dir)).sort()).toEqual(['tls'])
  })

  test('stay the same from start to start, readable by their owner alone', async () => {
    const first = await ownTls(dir, hosts, NOW)
    expect(await ownTls(dir, hosts, later(200))).toEqual(first)
    for (const name of ['ca.key', 'server.key']) expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600)
    expect(first.ca!.fingerprint).toBe(new X509Certificate(await readFile(join(dir, 'ca.crt'))).fingerprint256)
  })

  test('are renewed before they end and for a new name, by the same CA', async () => {
    const first = await ownTls(dir, hosts, NOW)
    const renewed = await ownTls(dir, hosts, later(310))
    expect(renewed.cert).not.toBe(first.cert)
    expect(renewed.ca).toEqual(first.ca)
    const named = await ownTls(dir, [...hosts, { type: 'dns', value: 'new.example.org' }], later(310))
    expect(new X509Certificate(named.cert).checkHost('new.example.org')).toBe('new.example.org')
    expect(named.ca).toEqual(first.ca)
  })

  test('are made anew where a start was killed between key and certificate', async () => {
    const first = await ownTls(dir, hosts, NOW)
    const other = await mkdtemp(join(tmpdir(), 'moorage-tls-'))
    const { key } = await ownTls(other, hosts, NOW)
    await rm(other, { recursive: true })
    await writeFile(join(dir, 'server.key'), key)
    const mended = await ownTls(dir, hosts, NOW)
    expect(mended.key).not.toBe(key)
    expect(mended.ca).toEqual(first.ca)
  })

  test('a CA that lost its key, has another or has expired is refused in a sentence', async () => {
    await ownTls(dir, hosts, NOW)
    await expect(ownTls(dir, hosts, later(3700))).rejects.toThrow(/has expired.*every client has to trust anew/)
    const { key } = await ownTls(join(dir, 'other'), hosts, NOW)
    await writeFile(join(dir, 'ca.key'), key)
    await expect(ownTls(dir, hosts, NOW)).rejects.toThrow(/ca\.key does not belong to ca\.crt/)
    await rm(join(dir, 'ca.key'))
    await expect(ownTls(dir, hosts, NOW)).rejects.toThrow(/ca\.key is missing/)
  })
})

test('an operator’s certificate and key must belong together', async () => {
  await ownTls(dir, hosts, NOW)
  const file = (name: string) => join(dir, name)
  expect(await filesTls(file('server.crt'), file('server.key'))).toMatchObject({ ca: null })
  await expect(filesTls(file('server.crt'), file('ca.key'))).rejects.toThrow(/does not belong/)
  await expect(filesTls(file('nowhere.crt'), file('ca.key'))).rejects.toThrow(/--tls-cert can not be read.*nowhere/)
})

test('an operator’s file that holds something else is named', async () => {
  await ownTls(dir, hosts, NOW)
  const file = (name: string) => join(dir, name)
  await writeFile(file('junk'), 'junk\n')
  const { privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'planted' },
  })
  await writeFile(file('locked'), privateKey)
  await expect(filesTls(file('junk'), file('server.key'))).rejects.toThrow(/junk \(--tls-cert\) holds no certificate/)
  await expect(filesTls(file('server.key'), file('server.crt'))).rejects.toThrow(/server\.key \(--tls-cert\) holds no/)
  await expect(filesTls(file('server.crt'), file('junk'))).rejects.toThrow(/junk \(--tls-key\) holds no private key/)
  await expect(filesTls(file('server.crt'), file('locked'))).rejects.toThrow(/locked by a passphrase/)
})

const issuedBy = ({ cert }: { cert: string }, pem: string | null) =>
  pem !== null && new X509Certificate(cert).checkIssued(new X509Certificate(pem))

test('the CA is changed by way of both, and each stage outlives a start', async () => {
  const first = await ownTls(dir, hosts, NOW)
  await expect(switchAuthority(dir)).rejects.toThrow(/no CA .* could take its place/)
  await writeNextAuthority(dir, NOW)
  await writeNextAuthority(dir, NOW)
  const { current, next } = await readTrust(dir)
  expect([current, next]).toEqual([first.ca?.pem, expect.stringContaining('BEGIN CERTIFICATE')])
  const begun = await ownTls(dir, hosts, NOW)
  expect(begun).toMatchObject({
    cert: first.cert,
    ca: { pem: `${current}${next}`, fingerprint: first.ca?.fingerprint },
  })

  await switchAuthority(dir)
  const switched = await ownTls(dir, hosts, NOW)
  expect(issuedBy(switched, next)).toBe(true)
  expect(switched.ca?.pem).toBe(`${next}${current}`)
  expect(await readTrust(dir)).toEqual({ current: next, next: null, previous: current })

  await retireAuthority(dir)
  expect((await ownTls(dir, hosts, NOW)).ca?.pem).toBe(next)
  expect((await readdir(dir)).sort()).toEqual(['ca.crt', 'ca.key', 'server.crt', 'server.key'])
})

test('a switch that was killed in the middle is finished by the next start', async () => {
  await ownTls(dir, hosts, NOW)
  await writeNextAuthority(dir, NOW)
  const { next } = await readTrust(dir)
  const file = (name: string) => join(dir, name)
  await writeFile(file('previous.crt'), await readFile(file('ca.crt')))
  await writeFile(file('ca.key'), await readFile(file('next.key')))
  const after = await ownTls(dir, hosts, NOW)
  expect(issuedBy(after, next)).toBe(true)
  expect(await readTrust(dir)).toMatchObject({ current: next, next: null })
})
