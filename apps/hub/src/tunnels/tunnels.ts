import type { Duplex } from 'node:stream'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import type { Clock } from '@moorage/tunnel/clock.ts'
import { saidPlainly } from '../said.ts'
import type { Store } from '../store/store.ts'
import { AgentProcess, type Ending } from './agent-process.ts'
import { type AgentControl, agentControl } from './control.ts'
import { startEvents } from './events.ts'
import { disconnected } from './failure.ts'
import { handOver } from './hand-over.ts'
import type { Hello } from './hello.ts'
import {
  DIAL_BURST,
  DIALS_PER_SECOND,
  MAX_PROCESSES,
  NOTE_CHARS,
  PEER_CONNECTIONS,
  PRESENCE_EVERY_MS,
} from './limits.ts'
import { openPeers } from './peers.ts'
import { startPresence } from './presence.ts'
import { rateOf } from './rate.ts'
import type { Route } from './route.ts'
import { STOPPING } from './stopping.ts'
import { type KeysNow, startStrangerWatch } from './strangers.ts'
import { agentTransport } from './transport.ts'
import type { VerifiedAgent } from './verified-agent.ts'

/** The hub's end of all agents' tunnels. */
export interface Tunnels extends AsyncDisposable {
  /** Whether an agent of this cluster may dial once more now: what the hub itself asked for or has used up does not count. */
  mayDial(clusterId: string): boolean
  /** Why no more connections of this agent can be taken in now; null where they can. */
  refusal(agent: VerifiedAgent): Ending | null
  /** Takes in a connection that an agent dialled. False where it is too late for that: the caller ends it. */
  accept(agent: VerifiedAgent, address: string | null, connection: Duplex): boolean
  /** Notes that a known agent was turned away. */
  refused(agent: VerifiedAgent, address: string | null, because: Ending): void
  /** Gives away one connection to an agent of this cluster that this replica holds. Rejects with `TransportError` or `TunnelError`. */
  take(clusterId: string, signal: AbortSignal): Promise<Duplex>
  /** A transport to the cluster's API server, whichever replica holds its agents and whether or not there are any now. */
  transport(clusterId: string): KubeTransport
  /** What only the hub may ask of an agent. */
  control(clusterId: string): AgentControl
  /** Whether an agent of the cluster is connected, to this replica or another one. */
  connected(clusterId: string): Promise<boolean>
  /** Ends all tunnels of a cluster, on every replica. `reason` is a sentence. */
  cut(clusterId: string, reason: string): Promise<void>
  /** Other replicas reach this one by this URL from now on. */
  announce(url: string): void
  /**
   * This replica stops: tells all agents to dial others, and takes in no more. Resolves when all are connected to
   * another one as well, or will not be in time; then other replicas begin nothing here any more. What runs goes on.
   */
  drain(): Promise<void>
}

export interface TunnelsDeps {
  store: Pick<Store, 'db' | 'engine' | 'notify' | 'listen'>
  /** Id of this replica. */
  replica: string
  hubVersion: string
  /** What replicas prove themselves to each other with. */
  peerSecret: Uint8Array
  now: () => Date
  clock: Clock
  log: {
    debug(fields: object, message: string): void
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
  }
  keysNow: KeysNow
  /** An agent said hello, for the first time or with something new. */
  greeted: (clusterId: string, hello: Hello) => void
  /** A cluster won or lost an agent, here or at another replica. null where that may be any cluster. */
  moved: (clusterId: string | null) => void
}

const closing: Ending = { reason: STOPPING, message: 'The hub process stopped.' }

/** Waits for agents to dial, and finds the way to each. */
export async function openTunnels(deps: TunnelsDeps): Promise<Tunnels> {
  const { store, replica, clock, log, now } = deps
  const warn = (message: string, err: unknown) => log.warn({ err }, message)
  await using stack = new AsyncDisposableStack()
  const processes = new Map<string, AgentProcess[]>()
  const dials = rateOf(DIAL_BURST, DIALS_PER_SECOND, () => clock.now())
  let draining = false
  /** Other replicas know of none of the tunnels here any more. */
  let gone = false

  const events = stack.use(startEvents({ store, replica, now, warn }))
  const peers = stack.use(openPeers({ store, replica, secret: deps.peerSecret, clock, debug: log.debug.bind(log) }))
  const presence = stack.use(
    await startPresence({
      store,
      replica,
      warn,
      moved: clusterId => {
        peers.moved(clusterId)
        deps.moved(clusterId)
      },
      left: clusterId => peers.left(clusterId),
      cut: (clusterId, reason) => void cutHere(clusterId, reason),
    }),
  )

  const of = (clusterId: string): readonly AgentProcess[] => processes.get(clusterId) ?? []
  const rowOf = ({ who, since, pool }: AgentProcess) => {
    const { idle, busy } = pool.stats()
    return { ...who, since, idle, busy }
  }

  function forget(one: AgentProcess, ending: Ending): void {
    const { clusterId, agent, address } = one.who
    const left = of(clusterId).filter(other => other !== one)
    if (left.length === 0) processes.delete(clusterId)
    else processes.set(clusterId, left)
    log.info({ cluster: clusterId, agent, because: ending.reason }, 'agent disconnected')
    events.record(clusterId, { type: 'closed', agent, address, ...ending })
    // A container that was restarted in its pod has the same name.
    const heir = left.find(other => other.who.agent === agent && other.linked())
    if (heir) presence.keep(rowOf(heir), false)
    else presence.drop(one.who)
    deps.moved(clusterId)
  }

  function join({ clusterId, pod, keyId }: VerifiedAgent, address: string | null): AgentProcess {
    const who = { clusterId, agent: pod, address }
    const one: AgentProcess = new AgentProcess(
      {
        who,
        keyId,
        welcome: { replica, hubVersion: deps.hubVersion },
        clock,
        greeted: hello => {
          log.info({ cluster: clusterId, agent: pod, version: hello.version, mode: hello.mode }, 'agent connected')
          const message = `An agent of version ${hello.version} in mode ${hello.mode} connected${hello.proxied ? ' through a proxy' : ''}.`
          events.record(clusterId, { type: 'opened', agent: pod, address, reason: 'Connected', message })
          presence.keep(rowOf(one), true)
          deps.greeted(clusterId, hello)
          deps.moved(clusterId)
        },
        restarted: () => {
          const message = 'The process of the agent ended, and another one of the same name took its place.'
          events.record(clusterId, { type: 'closed', agent: pod, address, reason: 'AgentRestarted', message })
        },
        leaving: () => {
          log.info({ cluster: clusterId, agent: pod }, 'an agent stops')
          presence.leave(who)
          void presence.flush()
          deps.moved(clusterId)
        },
        returned: () => {
          const message = 'The link to the agent broke off, and was opened again at once.'
          events.record(clusterId, { type: 'opened', agent: pod, address, reason: 'LinkRenewed', message })
        },
        noted: said => {
          const note = saidPlainly(JSON.stringify(said), NOTE_CHARS)
          log.info({ cluster: clusterId, agent: pod, note }, 'an agent says')
        },
        caused: count => dials.give(clusterId, count),
        ended: ending => forget(one, ending),
      },
      now(),
    )
    processes.set(clusterId, [...of(clusterId), one])
    return one
  }

  const known = ({ clusterId, pod, keyId }: VerifiedAgent) =>
    of(clusterId).find(one => one.who.agent === pod && one.keyId === keyId && !one.leaving)

  /** The way with the most connections free; one that is linked before one that is not. */
  function here(clusterId: string): Route | null {
    let best: AgentProcess | null = null
    let most = Number.NEGATIVE_INFINITY
    for (const one of of(clusterId)) {
      if (one.leaving) continue
      const { idle, waiting } = one.pool.stats()
      const free = idle - waiting + (one.linked() ? 0 : -1_000_000)
      if (free <= most) continue
      most = free
      best = one
    }
    return best
  }

  /** Connections that there may be to the cluster: of all its agents here, or else through another replica. */
  const room = (clusterId: string): number => {
    const linked = of(clusterId).filter(one => one.linked())
    return linked.length === 0 ? PEER_CONNECTIONS : linked.reduce((sum, { pool }) => sum + pool.most, 0)
  }

  function find(clusterId: string): Route | Promise<Route> {
    const found = here(clusterId)
    if (found?.linked() || store.engine !== 'postgres') {
      if (found === null) throw disconnected()
      return found
    }
    return peers.route(clusterId).then(other => {
      const way = other ?? found
      if (way === null) throw disconnected()
      return way
    })
  }

  async function cutHere(clusterId: string, reason: string): Promise<void> {
    await Promise.all(of(clusterId).map(one => one.end({ reason: 'Cut', message: reason })))
  }

  stack.use(startStrangerWatch(() => [...processes.values()].flat(), deps.keysNow, warn))
  const counting = setInterval(() => {
    if (gone) return
    for (const all of processes.values()) for (const one of all) if (one.linked()) presence.keep(rowOf(one), false)
  }, PRESENCE_EVERY_MS)
  counting.unref()
  stack.defer(() => clearInterval(counting))
  stack.defer(async () => {
    draining = true
    const all = [...processes.values()].flat()
    await Promise.all(all.map(one => one.end(closing)))
  })
  const owned = stack.move()

  return {
    mayDial: clusterId => dials.allows(clusterId),
    refusal: agent => {
      if (draining) return closing
      const { clusterId, name } = agent
      if (known(agent) || of(clusterId).length < MAX_PROCESSES) return null
      const message = `${name} has ${MAX_PROCESSES} agents connected already.`
      return { reason: 'TooManyAgents', message }
    },
    accept: (agent, address, connection) => (known(agent) ?? join(agent, address)).accept(connection),
    refused: ({ clusterId, pod }, address, because) =>
      events.record(clusterId, { type: 'refused', agent: pod, address, ...because }),
    take: async (clusterId, signal) => {
      const found = here(clusterId)
      if (found === null) throw disconnected()
      return found.pool.take(signal)
    },
    transport: clusterId => agentTransport(find, clusterId, () => room(clusterId)),
    control: clusterId => agentControl(find, clusterId),
    connected: async clusterId => {
      if (of(clusterId).some(one => one.linked())) return true
      return store.engine === 'postgres' && (await peers.route(clusterId)) !== null
    },
    cut: async (clusterId, reason) => {
      await cutHere(clusterId, reason)
      if (store.engine === 'postgres') await presence.tellCut(clusterId, reason)
    },
    announce: url => presence.announce(url),
    drain: async () => {
      draining = true
      for (const all of processes.values()) for (const one of all) one.drain()
      await handOver({ store, replica, clock, held: () => [...processes.keys()] }).catch(error =>
        warn('It could not be looked up whether agents are connected to other replicas.', error),
      )
      gone = true
      for (const all of processes.values()) for (const { who } of all) presence.leave(who)
      await presence.flush()
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
