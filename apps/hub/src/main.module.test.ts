import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { eventually } from '@moorage/testkit/eventually.ts'
import { freePort } from '@moorage/testkit/ports.ts'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { testPlace } from './store/fixtures/stores.ts'

const SCRIPT = `
  import { serve } from '${new URL('./main.ts', import.meta.url)}'
  process.exitCode = await serve(JSON.parse(process.argv[1]), { env: {}, cwd: process.cwd(), stdout: process.stdout, stderr: process.stderr })`

interface Running {
  child: ChildProcess
  out: { stdout: string; stderr: string }
  port: number
}

let dir: string
const started: ChildProcess[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'moorage-hub-'))
})
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  await rm(dir, { recursive: true, force: true })
})

function run(flags: object): { child: ChildProcess; out: { stdout: string; stderr: string } } {
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, JSON.stringify(flags)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: dir,
  })
  started.push(child)
  const out = { stdout: '', stderr: '' }
  child.stdout!.on('data', chunk => {
    out.stdout += chunk
  })
  child.stderr!.on('data', chunk => {
    out.stderr += chunk
  })
  return { child, out }
}

async function start(flags: object = {}): Promise<Running> {
  const port = await freePort()
  const running = run({ data: join(dir, 'data'), listen: `127.0.0.1:${port}`, ...flags })
  await Promise.race([
    eventually(() => expect(running.out.stderr).toContain('The hub is ready.'), { within: 90_000 }),
    once(running.child, 'exit').then(() => {
      throw new Error(`the hub ended: ${running.out.stderr}`)
    }),
  ])
  return { ...running, port }
}

async function ask(port: number, path: string, token?: string): Promise<number> {
  const ca = await readFile(join(dir, 'data/tls/ca.crt'))
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const [response] = await once(request({ host: '127.0.0.1', port, path, ca, headers, agent: false }).end(), 'response')
  response.resume()
  return response.statusCode
}

async function stop({ child }: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  const ended = once(child, 'exit')
  child.kill(signal)
  const [code] = await ended
  return code
}

const tokenIn = (stdout: string) => /moorage_[\w-]{43}/.exec(stdout)?.[0]

describe('a hub process', () => {
  test('prints a token once that lets its owner in, also after kill -9, and stops in order', async () => {
    const first = await start()
    const token = tokenIn(first.out.stdout)!
    expect(first.out.stdout).toContain(`Moorage is at https://127.0.0.1:${first.port}`)
    expect(first.out.stdout).toMatch(/SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}/)
    expect(await ask(first.port, '/livez')).toBe(200)
    expect(await ask(first.port, '/api/v1/whoami')).toBe(401)
    expect(await ask(first.port, '/api/v1/whoami', token)).toBe(200)
    await stop(first, 'SIGKILL')

    const second = await start()
    expect(tokenIn(second.out.stdout)).toBeUndefined()
    expect(await ask(second.port, '/api/v1/whoami', token)).toBe(200)
    expect(await stop(second)).toBe(0)
    expect(second.out.stderr).toContain('The hub has stopped.')
    expect(await readdir(join(dir, 'data/snapshots'))).toHaveLength(1)
    expect(first.out.stderr + second.out.stderr).not.toContain(token)
  })

  test('takes its first token from a file and never shows it', async () => {
    const file = join(dir, 'token')
    const token = 'planted-secret-planted-secret-planted-secret'
    await writeFile(file, `${token}\n`)
    const hub = await start({ bootstrapTokenFile: file })
    expect(await ask(hub.port, '/api/v1/whoami', token)).toBe(200)
    expect(await stop(hub, 'SIGINT')).toBe(0)
    expect(hub.out.stdout + hub.out.stderr).not.toContain('planted-secret')
  })

  test('runs on PostgreSQL, two at once, with one first token', async () => {
    await using place = await testPlace('postgres', inject('databaseUrl'))
    const { url } = place.config as { url: string }
    const hubs = await Promise.all([start({ databaseUrl: url }), start({ databaseUrl: url })])
    const tokens = hubs.map(({ out }) => tokenIn(out.stdout)).filter(token => token !== undefined)
    expect(tokens).toHaveLength(1)
    for (const { port } of hubs) expect(await ask(port, '/api/v1/whoami', tokens[0])).toBe(200)
    expect(await Promise.all(hubs.map(hub => stop(hub)))).toEqual([0, 0])
  })
})

describe('a hub that can not start says why in one sentence', () => {
  const refused = async (flags: object) => {
    const { child } = run({ data: join(dir, 'data'), listen: '127.0.0.1:0', ...flags })
    const [stderr, [code]] = await Promise.all([text(child.stderr!), once(child, 'exit')])
    return { code, stderr }
  }

  test('about a wrong setting', async () => {
    expect(await refused({ listen: 'nonsense' })).toEqual({
      code: 2,
      stderr: 'moorage: --listen is "nonsense"; it should be HOST:PORT, such as 127.0.0.1:8443 or [::]:8443.\n',
    })
  })

  test('about an address in use, and a data directory in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    expect(await refused({ listen: `127.0.0.1:${port}` })).toMatchObject({
      code: 1,
      stderr: `moorage: The address 127.0.0.1:${port} is in use by another process. Stop that, or choose another with --listen.\n`,
    })
    other.close()
    const hub = await start()
    expect(await refused({})).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        new RegExp(`^moorage: The data directory .* is in use by process ${hub.child.pid} .*\\n$`),
      ),
    })
  })

  test('about a database that does not answer, without its password', async () => {
    const { code, stderr } = await refused({ databaseUrl: 'postgres://u:planted-secret@127.0.0.1:1/hub' })
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^moorage: The database postgres:\/\/127\.0\.0\.1:1\/hub can not be used: .*ECONNREFUSED.*\n$/,
    )
    expect(stderr).not.toContain('planted-secret')
  })

  test('about a data folder that can not be made', async () => {
    await writeFile(join(dir, 'file'), '')
    const folders = ['file', 'file/data', ...(process.platform === 'linux' ? ['/proc/moorage'] : [])]
    const flags = folders.flatMap(data => [{ data }, { data, databaseUrl: inject('databaseUrl') }])
    for (const failed of await Promise.all(flags.map(refused))) {
      expect(failed).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^moorage: The folder \S+ can not be made: .+\n$/),
      })
    }
  })

  test('about a token file that holds too little', async () => {
    await writeFile(join(dir, 'token'), 'short')
    expect(await refused({ bootstrapTokenFile: 'token' })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/is too short or has spaces/),
    })
  })
})
