import type { Duplex } from 'node:stream'
import { type Dialling, keepDialled } from '@moorage/tunnel/dialling.ts'
import { BACK_OFF, MAX_CONNECTIONS } from '@moorage/tunnel/limits.ts'
import { type Link, type LinkMessage, openLink } from '@moorage/tunnel/link.ts'
import { type Handle, serveConnection } from '@moorage/tunnel/serve.ts'
import type { AgentConfig, HubSettings } from '../config/config.ts'
import type { Identity } from '../identity/assertion.ts'
import { LINK_AGAIN_MS, LINK_WITHIN_MS } from '../limits.ts'
import type { Log } from '../log.ts'
import { hubConnector } from './connect.ts'
import { dialTunnel } from './dial-tunnel.ts'
import { protocolChoice } from './protocol-choice.ts'
import { HubRefusal } from './refusal.ts'
import { proxyFor } from './way.ts'

export interface SessionDeps {
  config: AgentConfig
  settings: HubSettings
  identity: Identity
  version: string
  /** Of this start: the pod's name stays when its container is restarted. */
  process: string
  handle: Handle
  log: Log
  /** The hub has let go of this cluster. */
  removed(refusal: HubRefusal): void
  /** ms that never go back. */
  clock(): number
  random(): number
}

/** The tunnel connections by one kind of settings, and the links over them. */
export interface Session extends AsyncDisposable {
  readonly settings: HubSettings
  readonly proxied: boolean
  /** A connection has become the link. */
  link(socket: Duplex): void
  /**
   * Dials no more, and lets the hub know that this process stops: it begins nothing more here. Resolves when what
   * runs has ended and the hub has let go; at once where no hub is there that would.
   */
  leave(): Promise<void>
  stats(): { idle: number; busy: number; dialling: number; links: number }
}

/** The same failure is logged this often, in ms: it may go on for days. */
const SAME_EVERY_MS = 60_000

export function openSession(deps: SessionDeps): Session {
  const { config, settings, identity, version, log, clock } = deps
  const connector = hubConnector(settings, proxyFor(settings.url, config.proxy))
  const protocols = protocolChoice(clock)
  const tunnel = { connector, url: settings.url, identity, protocols, userAgent: `moorage-agent/${version}` }
  const closing = new AbortController()
  const links = new Set<Link>()
  /** Those whose hub lets an agent go that says so. */
  const polite = new Set<Link>()
  let leaving = false
  const failures = failureLog(log, clock)
  let connected = false
  /** Runs from a connection without a link until there is one. */
  let unlinked: NodeJS.Timeout | null = null

  const stopWaiting = () => {
    if (unlinked !== null) clearTimeout(unlinked)
    unlinked = null
  }

  /** The way was opened and nothing comes through: something on it holds bytes back. */
  const onNothing = () => {
    unlinked = null
    if (links.size > 0) return
    log.warn('the hub let the agent in, and nothing comes through: another protocol is tried', {
      hub: settings.url.host,
    })
    protocols.blame()
    dialling.redial()
  }

  /** The hub has not opened another link, so it has none of the connections that seem to be open. */
  const onGone = () => {
    unlinked = null
    if (links.size > 0) return
    log.warn('the hub opened no other link: all connections are dialled anew', { hub: settings.url.host })
    dialling.redial()
  }

  const dialling: Dialling = keepDialled({
    dial: async signal => {
      try {
        const connection = await dialTunnel(tunnel, signal)
        if (!connected) log.info('connected to the hub', { hub: settings.url.host, proxied: connector.proxied })
        connected = true
        if (links.size === 0) unlinked ??= setTimeout(onNothing, LINK_WITHIN_MS).unref()
        return connection
      } catch (error) {
        if (error instanceof HubRefusal && error.code === 'agent_removed') deps.removed(error)
        throw error
      }
    },
    serve: (connection, inUse) =>
      serveConnection(connection, deps.handle, {
        inUse,
        log: (message, facts) => log.debug(message, facts),
        signal: closing.signal,
      }),
    spares: config.spares,
    max: MAX_CONNECTIONS,
    backOff: BACK_OFF,
    random: deps.random,
    signal: closing.signal,
    log: (message, facts) => {
      failures(message, facts)
    },
  })

  function receive(link: Link, message: LinkMessage & Record<string, unknown>): void {
    if (message.type === 'want') dialling.want(Number(message.connections) || 0)
    // The replica stops: connections dialled from now on come to another one.
    else if (message.type === 'drain') dialling.renew()
    else if (message.type === 'welcome') {
      log.info('linked', { replica: message.replica, hub: message.hubVersion })
      if (message.leaving !== true) return
      polite.add(link)
      if (leaving) link.send({ type: 'leaving' })
    }
  }

  return {
    settings,
    proxied: connector.proxied,
    link(socket) {
      stopWaiting()
      const link: Link = openLink(socket, { receive: message => receive(link, message) })
      links.add(link)
      const hello = {
        type: 'hello',
        version,
        mode: config.mode,
        namespace: config.namespace,
        pod: config.pod,
        process: deps.process,
        proxied: connector.proxied,
        spares: config.spares,
        connections: MAX_CONNECTIONS,
      }
      link.send(hello)
      void link.ended.then(why => {
        links.delete(link)
        polite.delete(link)
        if (closing.signal.aborted || leaving) return
        log.info('a link ended', { because: why })
        if (links.size === 0) {
          connected = false
          unlinked ??= setTimeout(onGone, LINK_AGAIN_MS).unref()
        }
        // The others are as silent, and the kernel may take minutes to see it.
        if (why === 'silent' || why === 'slow') dialling.redial()
      })
    },
    async leave() {
      leaving = true
      stopWaiting()
      const told = [...links].every(link => polite.has(link)) && links.size > 0
      for (const link of links) link.send({ type: 'leaving' })
      const left = dialling.leave()
      if (told) await left
    },
    stats: () => ({ ...dialling.stats(), links: links.size }),
    async [Symbol.asyncDispose]() {
      stopWaiting()
      closing.abort(new Error('The connections were closed here.'))
      for (const link of links) link[Symbol.dispose]()
      await dialling[Symbol.asyncDispose]()
    },
  }
}

/** Says the same thing once a minute at most. */
function failureLog(log: Log, clock: () => number) {
  let last = { text: '', at: Number.NEGATIVE_INFINITY }
  return (message: string, facts: Record<string, unknown>) => {
    const text = String(facts.message ?? '')
    if (text === last.text && clock() - last.at < SAME_EVERY_MS) return
    last = { text, at: clock() }
    const { message: because, ...more } = facts
    log.warn(message, { because, ...more })
  }
}
