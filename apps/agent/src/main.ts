import { parseArgs } from 'node:util'
import { SPARES } from '@moorage/tunnel/limits.ts'
import manifest from '../package.json' with { type: 'json' }
import { runAgent } from './agent.ts'
import { ConfigError } from './config/config-error.ts'
import { readFolder } from './config/read-folder.ts'
import { LAST_WORDS_MS } from './limits.ts'
import { type Level, lineLog, wordsOf } from './log.ts'
import { apiServerUrl, openApiServer } from './member/api-server.ts'
import { openServiceAccount, SERVICE_ACCOUNT_PATH } from './member/service-account.ts'

/** Where the manifest mounts the ConfigMap. */
const CONFIG_PATH = '/etc/moorage'

/** How often it is looked whether the API server's CA is another one, in ms. */
const CA_EVERY_MS = 60_000

const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error']

/** Runs the agent of this process. Resolves with the exit code. */
async function main(env: NodeJS.ProcessEnv): Promise<number> {
  const [command, ...args] = process.argv.slice(2)
  if (command === 'cleanup') return await cleanUp(env, args)
  const { values } = parseArgs({ options: { version: { type: 'boolean' } } })
  if (values.version) {
    process.stdout.write(`${manifest.version}\n`)
    return 0
  }
  const level = LEVELS.find(each => each === env.MOORAGE_AGENT_LOG_LEVEL) ?? 'info'
  const log = lineLog(
    line => void process.stdout.write(line),
    () => new Date(),
    level,
  )
  const clock = () => performance.now()
  const stop = new AbortController()
  // Back-off alone keeps no process alive.
  const alive = setInterval(() => {}, CA_EVERY_MS)
  const onSignal = (name: string) => {
    log.info('told to end', { signal: name })
    stop.abort(new Error('The process was told to end.'))
    // A removal that does not come to its end must not hold the node.
    setTimeout(() => process.exit(1), LAST_WORDS_MS).unref()
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  try {
    const account = openServiceAccount(env.MOORAGE_AGENT_SERVICEACCOUNT ?? SERVICE_ACCOUNT_PATH, clock)
    await using api = openApiServer(apiServerUrl(env), account)
    const watch = setInterval(() => {
      if (!account.caChanged()) return
      log.warn('the CA of the API server was exchanged: the agent starts anew', {})
      stop.abort(new Error('The CA of the API server was exchanged.'))
    }, CA_EVERY_MS)
    try {
      const deps = {
        values: readFolder(env.MOORAGE_AGENT_CONFIG ?? CONFIG_PATH),
        pod: env.POD_NAME,
        spares: SPARES,
        version: manifest.version,
        api,
        log,
        now: () => new Date(),
        clock,
        random: Math.random,
        graceMs: LAST_WORDS_MS,
      }
      log.info('the agent begins', { version: manifest.version, pod: env.POD_NAME })
      const ending = await runAgent(deps, stop.signal)
      log.info('the agent ends', { because: ending })
      return 0
    } finally {
      clearInterval(watch)
    }
  } catch (error) {
    if (error instanceof ConfigError) log.error(error.message, { code: error.code, key: error.key })
    else log.error('the agent failed', { because: wordsOf(error) })
    return 1
  } finally {
    clearInterval(alive)
  }
}

/** The image's other use: a pod that takes everything of Moorage out of its cluster. */
async function cleanUp(env: NodeJS.ProcessEnv, args: string[]): Promise<number> {
  const { cleanupHere } = await import('./cleanup.ts')
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'])
    process.on(name, () => stop.abort(new Error('The process was told to end.')))
  const account = openServiceAccount(env.MOORAGE_AGENT_SERVICEACCOUNT ?? SERVICE_ACCOUNT_PATH, () => performance.now())
  await using api = openApiServer(apiServerUrl(env), account)
  const output = {
    out: (line: string) => void process.stdout.write(`${line}\n`),
    err: (line: string) => void process.stderr.write(`${line}\n`),
  }
  return await cleanupHere(api, args, output, stop.signal)
}

process.exit(await main(process.env))
