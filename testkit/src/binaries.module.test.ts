import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { arch, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findProgram } from './binaries.ts'
import { downloadReleased } from './binaries-download.ts'
import { holdLock } from './lock.ts'
import { KUBERNETES_VERSION } from './programs.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'moorage-binaries-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const folder = (name: string) => {
  mkdirSync(join(dir, name))
  return join(dir, name)
}

test('KUBEBUILDER_ASSETS comes before the cache, and the cache before anything else', async () => {
  const env = { KUBEBUILDER_ASSETS: folder('assets'), MOORAGE_TESTBED_CACHE: folder('cache') }
  writeFileSync(join(dir, 'cache', 'etcd'), '')
  expect(await findProgram('etcd', { env })).toEqual({ path: join(dir, 'cache', 'etcd'), from: 'cache' })
  writeFileSync(join(dir, 'assets', 'etcd'), '')
  expect(await findProgram('etcd', { env })).toEqual({ path: join(dir, 'assets', 'etcd'), from: 'KUBEBUILDER_ASSETS' })
})

test('the one executable of Kubernetes gets the name that is asked for', async () => {
  const env = { MOORAGE_TESTBED_CACHE: folder('cache') }
  writeFileSync(join(dir, 'cache', 'kubernetes'), 'the program')
  const { path, from } = await findProgram('kubectl', { env })
  expect(from).toBe('cache')
  expect(readFileSync(path, 'utf8')).toBe('the program')
})

test('a lock is waited for, and taken over from the dead', async () => {
  const path = join(dir, 'get')
  const order: string[] = []
  const first = await holdLock(path, () => {})
  const second = holdLock(path, holder => order.push(`waiting for ${holder === process.pid}`)).then(lock => {
    order.push('second')
    return lock
  })
  order.push('first')
  await first[Symbol.asyncDispose]()
  await (await second)[Symbol.asyncDispose]()
  expect(order).toEqual(['waiting for true', 'first', 'second'])

  mkdirSync(`${path}.lock`)
  writeFileSync(join(`${path}.lock`, 'pid'), '4194305') // above the highest id that Linux gives
  await (await holdLock(path, () => {}))[Symbol.asyncDispose]()
  expect(existsSync(`${path}.lock`)).toBe(false)
})

/** A server with an index as envtest publishes it, and the archive it names. */
async function release(digest?: string) {
  const source = folder('source')
  mkdirSync(join(source, 'controller-tools', 'envtest'), { recursive: true })
  for (const name of ['etcd', 'kube-apiserver', 'kubectl'])
    writeFileSync(join(source, 'controller-tools', 'envtest', name), `${name} of the release`)
  execFileSync('tar', ['-czf', join(dir, 'archive.tar.gz'), '-C', source, 'controller-tools'])
  const archive = readFileSync(join(dir, 'archive.tar.gz'))
  const name = `envtest-${KUBERNETES_VERSION}-${platform()}-${arch() === 'x64' ? 'amd64' : arch()}.tar.gz`
  const server = createServer((request, response) => {
    const at = `http://127.0.0.1:${port()}`
    const hash = digest ?? createHash('sha512').update(archive).digest('hex')
    const index = { releases: { [KUBERNETES_VERSION]: { [name]: { hash, selfLink: `${at}/archive` } } } }
    response.end(request.url === '/archive' ? archive : JSON.stringify(index))
  }).listen(0, '127.0.0.1')
  const port = () => (server.address() as { port: number }).port
  await once(server, 'listening')
  return {
    index: `http://127.0.0.1:${port()}/index.yaml`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('a released archive whose digest is the published one is unpacked', async () => {
  await using served = await release()
  await downloadReleased('etcd', folder('cache'), () => {}, served.index)
  expect(readFileSync(join(dir, 'cache', 'etcd'), 'utf8')).toBe('etcd of the release')
})

test('a released archive with another digest is refused and nothing of it kept', async () => {
  await using served = await release('0'.repeat(128))
  const refused = downloadReleased('etcd', folder('cache'), () => {}, served.index)
  await expect(refused).rejects.toThrow(/the SHA-512 of .* is [0-9a-f]{128}, the published one 0{128}/)
  expect(readdirSync(join(dir, 'cache'))).toEqual([])
})
