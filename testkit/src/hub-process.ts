import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Agent, fetch } from 'undici'

/** The command line's entry, started as users start it: the testkit imports nothing of it. */
const CLI = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url))
/** ms; a cold PGlite on a busy machine takes up to 15 s. */
const START_WITHIN = 60_000
/** ms; a hub that has not ended by then is killed. */
const STOP_WITHIN = 15_000

export interface HubOptions {
  /** Folder that the hub keeps its data in; also gets `hub.log` and `token`. */
  dir: string
  port?: number
  /** Further arguments of `moorage server`. */
  args?: string[]
  env?: Record<string, string>
  /** Arguments of node itself, such as `--max-old-space-size=256`. */
  nodeArgs?: string[]
}

/** A hub in a process of its own, as users run it. */
export interface HubProcess extends AsyncDisposable {
  readonly url: string
  readonly token: string
  /** Path of the CA's certificate. */
  readonly caPath: string
  readonly logPath: string
  readonly pid: number
  /** What a `moorage` process needs to talk to this hub. */
  readonly env: { MOORAGE_URL: string; MOORAGE_TOKEN: string; MOORAGE_CA: string }
  /** `fetch` that trusts the hub's CA and sends the token. */
  fetch(path: string, init?: { method?: string; body?: unknown; headers?: Record<string, string> }): Promise<Response>
  /** Ends it at once, as a power switch would end the process. */
  kill(): Promise<void>
  /** Starts it again on the same data and port. */
  restart(): Promise<void>
  /** Ends it the orderly way. */
  stop(): Promise<void>
}

/** Starts a hub and resolves once it is ready. */
export async function startHub(options: HubOptions): Promise<HubProcess> {
  mkdirSync(options.dir, { recursive: true })
  const port = options.port ?? (await freePort())
  const url = `https://127.0.0.1:${port}`
  const tokenPath = join(options.dir, 'token')
  const token = existsSync(tokenPath)
    ? readFileSync(tokenPath, 'utf8').trim()
    : `moorage_${randomBytes(32).toString('base64url')}`
  writeFileSync(tokenPath, `${token}\n`, { mode: 0o600 })
  const data = join(options.dir, 'data')
  const caPath = join(options.dir, 'ca.crt')
  const logPath = join(options.dir, 'hub.log')
  let child = await launch()
  let dispatcher = trust()

  async function launch(): Promise<ChildProcess> {
    const args = [
      ...(options.nodeArgs ?? []),
      CLI,
      'server',
      '--data',
      data,
      '--listen',
      `127.0.0.1:${port}`,
      '--bootstrap-token-file',
      tokenPath,
      ...(options.args ?? []),
    ]
    const started = spawn(process.execPath, args, {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const log = createWriteStream(logPath, { flags: 'a' })
    started.stdout?.pipe(log, { end: false })
    started.stderr?.pipe(log, { end: false })
    started.once('exit', () => log.end())
    await ready(started)
    return started
  }

  async function ready(started: ChildProcess): Promise<void> {
    const deadline = Date.now() + START_WITHIN
    const probe = new Agent({ connect: { rejectUnauthorized: false } })
    try {
      for (;;) {
        if (started.exitCode !== null || started.signalCode !== null)
          throw new Error(`the hub ended with ${started.exitCode ?? started.signalCode}:\n${tail(logPath)}`)
        // The only request without verification: it fetches the CA that all others are verified by.
        const answer = await fetch(`${url}/readyz`, { dispatcher: probe }).catch(() => null)
        if (answer?.ok) break
        if (Date.now() > deadline)
          throw new Error(`the hub was not ready within ${START_WITHIN / 1000} s:\n${tail(logPath)}`)
        await new Promise(resolve => setTimeout(resolve, 100))
      }
      writeFileSync(caPath, await (await fetch(`${url}/ca.crt`, { dispatcher: probe })).text())
    } catch (error) {
      started.kill('SIGKILL')
      throw error
    } finally {
      await probe.destroy()
    }
  }

  function trust(): Agent {
    return new Agent({ connect: { ca: readFileSync(caPath, 'utf8') } })
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN)
    await ended
    clearTimeout(timer)
  }

  const hub: HubProcess = {
    url,
    token,
    caPath,
    logPath,
    get pid() {
      return child.pid as number
    },
    env: { MOORAGE_URL: url, MOORAGE_TOKEN: token, MOORAGE_CA: caPath },
    fetch: (path, init = {}) =>
      fetch(`${url}${path}`, {
        method: init.method ?? 'GET',
        dispatcher,
        headers: {
          authorization: `Bearer ${token}`,
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...init.headers,
        },
        ...(init.body === undefined
          ? {}
          : { body: typeof init.body === 'string' ? init.body : JSON.stringify(init.body) }),
      }) as unknown as Promise<Response>,
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM')
      await dispatcher.destroy()
      child = await launch()
      dispatcher = trust()
    },
    stop: () => end('SIGTERM'),
    async [Symbol.asyncDispose]() {
      await end('SIGTERM')
      await dispatcher.destroy()
    },
  }
  return hub
}

/** Runs the `moorage` command line against a hub and resolves with what it printed. Never rejects on an exit code. */
export async function moorage(
  hub: Pick<HubProcess, 'env'> | null,
  args: string[],
  options: { input?: string; env?: Record<string, string>; timeoutMs?: number } = {},
) {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...hub?.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? START_WITHIN)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin.on('error', () => {}) // a command that does not read its input closes it
  child.stdin.end(options.input ?? '')
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  return { code, stdout, stderr }
}

function tail(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(-20).join('\n') : '(no log)'
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
