import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Agent, fetch } from 'undici'
import { freePort } from './ports.ts'
import { startProcess, type TestProcess, untilReady } from './process.ts'
import { runToEnd } from './run-to-end.ts'

/** The command line's entry, started as users start it: the testkit imports nothing of it. */
const CLI = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url))
/** ms; a cold PGlite on a busy machine takes up to 15 s. */
const START_WITHIN = 60_000
/** ms; one request of the wait for readiness. */
const ANSWER_WITHIN = 5_000
/** ms; a hub that has not ended by then is killed. */
const STOP_WITHIN = 15_000

export interface HubOptions {
  /** Folder that the hub keeps its data in; also gets `hub.log` and `token`. */
  dir: string
  port?: number
  /** Where it listens, such as an address that pods reach. 127.0.0.1 where it is left out. */
  host?: string
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
  /** `fetch` that trusts the hub's CA and sends the token, or `cookie` in its place; '' for none at all. */
  fetch(
    path: string,
    init?: { method?: string; body?: unknown; headers?: Record<string, string>; cookie?: string },
  ): Promise<Response>
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
  const host = options.host ?? '127.0.0.1'
  const url = `https://${host}:${port}`
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

  async function launch(): Promise<TestProcess> {
    const args = [
      ...(options.nodeArgs ?? []),
      CLI,
      'server',
      '--data',
      data,
      '--listen',
      `${host}:${port}`,
      '--bootstrap-token-file',
      tokenPath,
      ...(options.args ?? []),
    ]
    const env = { ...process.env, ...options.env }
    const started = await startProcess({ name: 'the hub', command: process.execPath, args, env, logPath })
    await ready(started)
    return started
  }

  async function ready(started: TestProcess): Promise<void> {
    // The only requests without verification: they fetch the CA that all others are verified by.
    const probe = new Agent({ connect: { rejectUnauthorized: false } })
    const get = async (path: string) => {
      const answer = await fetch(`${url}${path}`, { dispatcher: probe, signal: AbortSignal.timeout(ANSWER_WITHIN) })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
      return text
    }
    try {
      await untilReady([started], START_WITHIN, () => get('/readyz'))
      writeFileSync(caPath, await get('/ca.crt'))
    } catch (error) {
      const tail = started.tail()
      await started.stop(0)
      throw new Error(`the hub did not become ready: ${(error as Error).message}\n${tail}`, { cause: error })
    } finally {
      await probe.destroy()
    }
  }

  function trust(): Agent {
    return new Agent({ connect: { ca: readFileSync(caPath, 'utf8') } })
  }

  async function kill(): Promise<void> {
    child.signal('SIGKILL')
    await child.ended
  }

  const hub: HubProcess = {
    url,
    token,
    caPath,
    logPath,
    get pid() {
      return child.pid
    },
    env: { MOORAGE_URL: url, MOORAGE_TOKEN: token, MOORAGE_CA: caPath },
    fetch: (path, init = {}) =>
      fetch(`${url}${path}`, {
        method: init.method ?? 'GET',
        dispatcher,
        headers: {
          ...(init.cookie === undefined && init.headers?.cookie === undefined
            ? { authorization: `Bearer ${token}` }
            : {}),
          ...(init.cookie === undefined ? {} : { cookie: init.cookie }),
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...init.headers,
        },
        ...(init.body === undefined
          ? {}
          : { body: typeof init.body === 'string' ? init.body : JSON.stringify(init.body) }),
      }) as unknown as Promise<Response>,
    kill,
    async restart() {
      await child.stop(STOP_WITHIN)
      await dispatcher.destroy()
      child = await launch()
      dispatcher = trust()
    },
    stop: () => child.stop(STOP_WITHIN),
    async [Symbol.asyncDispose]() {
      await child.stop(STOP_WITHIN)
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
  const env = { ...process.env, NO_COLOR: '1', ...hub?.env, ...options.env }
  const { input, timeoutMs: within = START_WITHIN } = options
  return runToEnd(process.execPath, [CLI, ...args], { env, input, within })
}
