import type { Logger } from 'pino'
import { type HubConfig, toConfig } from './config/config.ts'
import type { Settings } from './config/settings.ts'
import { makeLogger } from './logging/logger.ts'
import { type Hub, startHub } from './root.ts'
import { exitCodes, startFailure } from './start-failure.ts'

/** A stop that takes longer, the drain delay aside, is cut short: nothing acknowledged is lost by it. */
const STOP_TIMEOUT_MS = 25_000

/** What a process gives to `serve`. */
export interface HubProcess {
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  stdout: { write: (text: string) => unknown }
  stderr: { write: (text: string) => unknown; isTTY?: boolean }
}

/** Runs the hub until it is told to stop by SIGTERM or SIGINT. Returns the exit code. */
export async function serve(flags: Settings, { env, cwd, stdout, stderr }: HubProcess): Promise<number> {
  let config: HubConfig
  try {
    config = toConfig(flags, env, cwd)
  } catch (error) {
    return refuse(error, null, stderr)
  }
  const log = makeLogger({
    level: config.log.level,
    format: config.log.format === 'auto' ? (stderr.isTTY ? 'text' : 'json') : config.log.format,
    write: line => stderr.write(line),
  })
  using stop = stopSignals(log, STOP_TIMEOUT_MS + config.drainDelayMs)
  using _crash = crashHandlers(log)
  let hub: Hub
  try {
    hub = await startHub(config, {
      log,
      showToken: token => stdout.write(`Admin token, shown only this once:\n  ${token}\n\n`),
    })
  } catch (error) {
    return refuse(error, config.listen, stderr)
  }
  stdout.write(banner(hub, config))
  log.info({ url: hub.url, instance: hub.instance, store: config.store.kind }, 'The hub is ready.')

  const ended = await Promise.race([stop.asked, hub.failed])
  if (ended instanceof Error) log.error({ err: ended }, 'The hub can not go on.')
  stop.begins()
  try {
    await hub[Symbol.asyncDispose]()
  } catch (err) {
    log.error({ err }, 'The stop was not orderly.')
  }
  log.info('The hub has stopped.')
  return ended instanceof Error ? exitCodes.failed : exitCodes.ok
}

function refuse(error: unknown, listen: HubConfig['listen'] | null, stderr: HubProcess['stderr']): number {
  const failure = startFailure(error, listen)
  const sentence = failure?.sentence ?? `The hub could not start: ${error instanceof Error ? error.stack : error}`
  stderr.write(`moorage: ${sentence}\n`)
  return failure?.code ?? exitCodes.failed
}

/** What people need to get in. */
export function banner(hub: Pick<Hub, 'url' | 'ca'>, config: HubConfig): string {
  const lines = [`Moorage is at ${hub.url}`]
  if (hub.ca && config.tls.kind === 'own') {
    lines.push(`  its CA: ${config.tls.dir}/ca.crt`, `  SHA-256 ${hub.ca.fingerprint}`)
  }
  return `${lines.join('\n')}\n`
}

/** The first signal asks for an orderly stop, the second ends the process at once. A stop that does not get on, as the start hangs that it waits for, is cut short. */
function stopSignals(
  log: Logger,
  withinMs: number,
): Disposable & { asked: Promise<NodeJS.Signals>; begins: () => void } {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  let timer: NodeJS.Timeout | undefined
  const begins = () => {
    timer ??= setTimeout(() => {
      log.error('The stop took too long and was cut short.')
      process.exit(exitCodes.failed)
    }, withinMs).unref()
  }
  let asked = false
  const heard = (signal: NodeJS.Signals) => {
    if (asked) process.exit(exitCodes.failed)
    asked = true
    log.info({ signal }, 'Stopping.')
    begins()
    resolve(signal)
  }
  process.on('SIGTERM', heard).on('SIGINT', heard)
  return {
    asked: promise,
    begins,
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      process.off('SIGTERM', heard).off('SIGINT', heard)
    },
  }
}

/** A bug ends the process, as its state is unknown then, but not without a line in the log, where secrets are left out. */
function crashHandlers(log: Logger): Disposable {
  const crash = (err: unknown) => {
    log.fatal({ err }, 'The hub failed by a bug of its own.')
    process.exit(exitCodes.failed)
  }
  process.on('uncaughtException', crash).on('unhandledRejection', crash)
  return {
    [Symbol.dispose]: () => void process.off('uncaughtException', crash).off('unhandledRejection', crash),
  }
}
