import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AgentConfig, type HubSettings, toConfig, type Values } from './config/config.ts'
import { isSame, keptSettings } from './config/settings.ts'
import { HubRefusal } from './hub/refusal.ts'
import { openSession, type Session } from './hub/session.ts'
import type { Identity } from './identity/assertion.ts'
import { hubClock } from './identity/clock.ts'
import { join, openToken, tellTrouble } from './join.ts'
import { DRAIN_MS, GIVE_UP_MS, KEPT_SETTINGS_MS, OLD_SETTINGS_MS, REMOVE_AGAIN_MS } from './limits.ts'
import { type Log, wordsOf } from './log.ts'
import type { ApiServer } from './member/api-server.ts'
import { type OwnSecret, readOwnSecret } from './member/own-secret.ts'
import { openInventory } from './own/inventory.ts'
import { ownPaths } from './own/own-paths.ts'
import { prove } from './own/prove.ts'
import { openRemoval, type Removal } from './own/remove.ts'
import { reportRemoval } from './own/report-removal.ts'
import { changeSettings } from './own/settings.ts'
import { ownKey, ownUid } from './prepare.ts'
import { untilDone } from './retry.ts'
import { handlerOf } from './serve/handler.ts'

export interface AgentDeps {
  /** What the ConfigMap has. */
  values: Values
  pod: string | undefined
  spares: number
  version: string
  api: ApiServer
  log: Log
  now(): Date
  /** ms that never go back. */
  clock(): number
  /** In [0, 1). */
  random(): number
  /** How long the process still is there once the signal aborted, in ms. */
  graceMs: number
}

/** Why an agent stopped: it was told to, or it has removed itself. */
export type Ending = 'stopped' | 'removed'

/** Where a proxy has a password, the manifest has it in the Secret. */
const SECRET_KEYS = ['https-proxy', 'http-proxy']

const withSecret = (values: Values, secret: OwnSecret): Values => ({
  ...values,
  ...Object.fromEntries(Object.entries(secret.values).filter(([key]) => SECRET_KEYS.includes(key))),
})

interface Prepared {
  config: AgentConfig
  settings: HubSettings
  identity: Identity
}

/**
 * Runs an agent until the signal aborts or it has removed itself. Throws a
 * `ConfigError` where it was given what it can not run with; everything else is
 * tried again for as long as it takes.
 */
export async function runAgent(deps: AgentDeps, signal: AbortSignal): Promise<Ending> {
  // What is wrong in the ConfigMap is said at once.
  const { namespace } = toConfig(deps.values, deps)
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  try {
    const prepared = await getReady(deps, namespace, either)
    await using agent = serve(deps, prepared, () => over.abort(new Error('The agent has removed itself.')))
    await aborted(either)
    // A removal is gone through with, whatever else ends, or is given up in time to say so.
    const late = setTimeout(() => agent.removal.giveUp(), deps.graceMs - GIVE_UP_MS).unref()
    while (agent.removal.running && !over.signal.aborted) await sleep(100)
    clearTimeout(late)
    if (over.signal.aborted) return 'removed'
    await agent.drain()
    return 'stopped'
  } catch (error) {
    if (either.aborted) return 'stopped'
    throw error
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** A key, an identity, and a hub that knows it. */
async function getReady(deps: AgentDeps, namespace: string, signal: AbortSignal): Promise<Prepared> {
  const { api, values, log, random } = deps
  const { transport } = api
  const retry = { random, signal }
  const secret = await untilDone(() => readOwnSecret(transport, namespace, signal), {
    ...retry,
    failed: error => log.error('the agent can not read its Secret', { because: wordsOf(error) }),
  })
  const config = toConfig(withSecret(values, secret), deps)
  const settings = keptSettings(config, secret.values.settings)
  const token = openToken(secret)
  const identity = await untilDone(() => identify(deps, config, signal), {
    ...retry,
    failed: error => {
      const message = `The agent could not make its identity: ${wordsOf(error)}`
      log.error('the agent can not make its identity', { because: wordsOf(error) })
      if (token !== null)
        tellTrouble({ config, settings }, token, { step: 'identity', message }, signal).catch(() => {})
    },
  })
  const prepared = { config, settings, identity }
  if (token === null) return prepared
  const { joined } = secret.values
  await untilDone(
    () =>
      join({ ...prepared, version: deps.version, transport, log }, token, signal).catch(error => {
        // A token that is spent, has run out or is of another name for this cluster is no harm to who has joined before.
        const { code } = error as Partial<HubRefusal>
        const known = joined !== undefined && (code === 'join_token_invalid' || code === 'cluster_exists')
        if (!known) throw error
        log.warn('the join token was not taken; the agent goes on by the key that it had', { because: wordsOf(error) })
      }),
    {
      ...retry,
      failed: error => {
        // As the hub calls them: whoever was answered by it has contacted it.
        const step = error instanceof HubRefusal && error.code !== null ? 'identity' : 'contact'
        log.error('joining the hub failed', { step, hub: settings.url.host, because: wordsOf(error) })
      },
    },
  )
  return prepared
}

async function identify({ api, now }: AgentDeps, config: AgentConfig, signal: AbortSignal): Promise<Identity> {
  const { key } = await ownKey(api.transport, config.namespace, signal)
  const clusterUid = await ownUid(api.transport, signal)
  return { key, instance: config.instance, clusterUid, pod: config.pod, clock: hubClock(now) }
}

interface Serving extends AsyncDisposable {
  removal: Removal
  /** Lets what runs end, and takes nothing more. Resolves when that is so, or when the time for it is over. */
  drain(): Promise<void>
}

/** Keeps connections to the hub, and answers what comes over them. */
function serve(deps: AgentDeps, { config, settings, identity }: Prepared, removed: () => void): Serving {
  const { api, log, version, clock, random } = deps
  const { mode, namespace, instance } = config
  const closing = new AbortController()
  const old = new Set<Session>()
  let again: NodeJS.Timeout | null = null

  const removal = openRemoval({
    api,
    instance,
    namespace,
    log,
    random,
    finished: removed,
    report: (done, signal) => reportRemoval({ config, settings: session.settings, identity }, done, signal),
  })

  const onRemoved = ({ removal: asked }: HubRefusal) => {
    if (removal.running || again !== null) return
    const request = asked ?? { instance, objects: [] }
    again = setTimeout(() => {
      again = null
    }, REMOVE_AGAIN_MS).unref()
    log.warn('the hub has let go of this cluster: the agent removes itself', {})
    removal.alone(request, closing.signal).catch(error => log.error('removal failed', { because: wordsOf(error) }))
  }

  const all = { config, identity, version, process: randomUUID(), log, removed: onRemoved, clock, random }
  const begin = (by: HubSettings) => openSession({ ...all, settings: by, handle })

  const inventory = openInventory({ transport: api.transport, log })

  const own = ownPaths({
    link: socket => session.link(socket),
    inventory,
    removal,
    prove: (asked, signal) => prove({ mode, api }, asked, signal),
    settings: (asked, signal) =>
      changeSettings(
        {
          transport: api.transport,
          namespace,
          manifest: config.hub,
          log,
          current: () => session.settings,
          check: checkSettings,
          use: goOver,
        },
        asked,
        signal,
      ),
  })
  const handle = handlerOf({ mode, api, signal: closing.signal, own })
  let session = begin(settings)

  async function checkSettings(by: HubSettings, signal: AbortSignal): Promise<void> {
    const { checkHub } = await import('./hub/check.ts')
    await checkHub({ config, settings: by, identity, version, clock }, signal)
  }

  /** What runs over the connections of before has a while to end. */
  function goOver(by: HubSettings): void {
    const before = session
    session = begin(by)
    old.add(before)
    setTimeout(() => {
      old.delete(before)
      void before[Symbol.asyncDispose]()
    }, OLD_SETTINGS_MS).unref()
  }

  /** Of several processes the hub tells one. The others find what it kept when the way that they know ends. */
  async function lookForSettings(): Promise<void> {
    if (session.stats().links > 0) return
    const { values } = await readOwnSecret(api.transport, namespace, closing.signal)
    const kept = keptSettings(config, values.settings)
    if (closing.signal.aborted || session.stats().links > 0 || isSame(kept, session.settings)) return
    log.warn('another process of this agent was told other settings for the hub: they are used', {
      hub: kept.url.host,
      before: session.settings.url.host,
    })
    goOver(kept)
  }
  const looking = setInterval(() => {
    lookForSettings().catch(error => log.debug('the settings could not be looked at', { because: wordsOf(error) }))
  }, KEPT_SETTINGS_MS).unref()

  return {
    removal,
    async drain() {
      clearInterval(looking)
      // It would go on without end.
      inventory.end()
      const ended = Promise.all([session, ...old].map(each => each.leave()))
      await Promise.race([ended, sleep(DRAIN_MS, undefined, { ref: false })])
    },
    async [Symbol.asyncDispose]() {
      clearInterval(looking)
      if (again !== null) clearTimeout(again)
      closing.abort(new Error('The agent stopped.'))
      await Promise.all([session, ...old].map(each => each[Symbol.asyncDispose]()))
    },
  }
}
