import { dropExpiredReplicas, dropReplica, dropReplicas, keepReplica } from '../store/replicas.ts'
import type { Store } from '../store/store.ts'
import { dropTunnels, keepTunnels, type TunnelRow } from '../store/tunnels.ts'
import { FLUSH_EVERY_MS, PRESENCE_EVERY_MS, PRESENCE_TTL_MS } from './limits.ts'

const CHANNEL = 'moorage_tunnels'
/** Cluster ids in one message: 7,000 bytes hold more. */
const IDS_AT_ONCE = 100

/** What replicas tell each other at once. */
type Message = { from: string; moved?: string[]; left?: string[]; cut?: string; reason?: string }

/** Which tunnels this replica holds, as the others and the lists of clusters know it. */
export interface Presence extends AsyncDisposable {
  /** Others reach this replica here from now on; before that, they do not. */
  announce(url: string): void
  /** An agent is connected, or busier than it was. `tell` lets the other replicas know at once. */
  keep(tunnel: TunnelRow, tell: boolean): void
  drop(tunnel: Pick<TunnelRow, 'clusterId' | 'agent'>): void
  /** Nothing more is to be begun over this one, which is still held. */
  leave(tunnel: Pick<TunnelRow, 'clusterId' | 'agent'>): void
  /** Writes and tells at once what waits for that. */
  flush(): Promise<void>
  /** Asks the other replicas to end a cluster's tunnels too. */
  tellCut(clusterId: string, reason: string): Promise<void>
}

export interface PresenceDeps {
  store: Pick<Store, 'db' | 'engine' | 'notify' | 'listen'>
  replica: string
  warn: (message: string, error: unknown) => void
  /** Another replica won or lost an agent of this cluster; null where that may be any. */
  moved: (clusterId: string | null) => void
  left: (clusterId: string) => void
  cut: (clusterId: string, reason: string) => void
}

const keyOf = ({ clusterId, agent }: Pick<TunnelRow, 'clusterId' | 'agent'>) => `${clusterId} ${agent}`

/** Keeps the tables of replicas and tunnels in line with what this replica holds. */
export async function startPresence({ store, replica, warn, moved, left, cut }: PresenceDeps): Promise<Presence> {
  const { db } = store
  let url = ''
  const held = new Map<string, TunnelRow>()
  const changed = new Map<string, TunnelRow>()
  const gone = new Map<string, Pick<TunnelRow, 'clusterId' | 'agent'>>()
  const news = new Set<string>()
  const farewells = new Set<string>()
  let working = Promise.resolve()
  let alive = false

  const say = (message: Omit<Message, 'from'>) => store.notify(CHANNEL, JSON.stringify({ from: replica, ...message }))

  const beat = async () => {
    // A replica that was taken for gone has lost its rows with that.
    await keepReplica(db, replica, url, PRESENCE_TTL_MS)
    await dropExpiredReplicas(db)
    if (!alive) for (const [key, tunnel] of held) changed.set(key, tunnel)
    alive = true
  }
  const flush = async () => {
    if (changed.size + gone.size + news.size === 0) return
    const [leaving, coming] = [[...gone.values()], [...changed.values()]]
    const [told, farewell] = [[...news], [...farewells]]
    gone.clear()
    changed.clear()
    news.clear()
    farewells.clear()
    try {
      await dropTunnels(db, replica, leaving)
      await keepTunnels(db, replica, coming)
    } catch (error) {
      // Written again, with the replica itself, as soon as the database answers.
      alive = false
      throw error
    }
    if (store.engine !== 'postgres') return
    for (let start = 0; start < farewell.length; start += IDS_AT_ONCE) {
      await say({ left: farewell.slice(start, start + IDS_AT_ONCE) })
    }
    for (let start = 0; start < told.length; start += IDS_AT_ONCE) {
      await say({ moved: told.slice(start, start + IDS_AT_ONCE) })
    }
  }
  let queued = 0
  const queue = (work: () => Promise<void>) => {
    // One round in work and one waiting are enough: each does all that there is to do.
    if (queued > 1) return
    queued += 1
    working = working
      .then(work)
      .catch(error => {
        alive = false
        warn('The tunnels of this replica could not be noted.', error)
      })
      .finally(() => {
        queued -= 1
      })
  }

  const heard = (payload: string) => {
    // An empty payload follows a lost connection: anything may have moved.
    if (payload === '') return moved(null)
    const message = parse(payload)
    if (message === null || message.from === replica) return
    for (const clusterId of message.left ?? []) left(clusterId)
    for (const clusterId of message.moved ?? []) moved(clusterId)
    if (message.cut !== undefined) cut(message.cut, message.reason ?? '')
  }

  const drop = (tunnel: Pick<TunnelRow, 'clusterId' | 'agent'>) => {
    const key = keyOf(tunnel)
    held.delete(key)
    changed.delete(key)
    gone.set(key, tunnel)
    news.add(tunnel.clusterId)
  }

  // One process at a time has an embedded database: what is left there is of a process that was killed.
  if (store.engine === 'pglite') await dropReplicas(db)
  await beat()
  const listening = await store.listen(CHANNEL, heard)
  const timers = [setInterval(() => queue(flush), FLUSH_EVERY_MS), setInterval(() => queue(beat), PRESENCE_EVERY_MS)]
  for (const timer of timers) timer.unref()

  return {
    announce: address => {
      url = address
      queue(beat)
    },
    keep: (tunnel, tell) => {
      const key = keyOf(tunnel)
      const before = held.get(key)
      if (!tell && before?.idle === tunnel.idle && before.busy === tunnel.busy) return
      held.set(key, tunnel)
      changed.set(key, tunnel)
      gone.delete(key)
      if (tell) news.add(tunnel.clusterId)
    },
    drop,
    leave: tunnel => {
      drop(tunnel)
      farewells.add(tunnel.clusterId)
    },
    flush: () => {
      queue(flush)
      return working
    },
    tellCut: (clusterId, reason) => say({ cut: clusterId, reason: reason.slice(0, 500) }),
    [Symbol.asyncDispose]: async () => {
      for (const timer of timers) clearInterval(timer)
      await working
      await listening[Symbol.asyncDispose]()
      // One that can not be taken out runs out by itself.
      await dropReplica(db, replica).catch(error => warn('The replica could not be taken out.', error))
    },
  }
}

function parse(payload: string): Message | null {
  try {
    const message = JSON.parse(payload)
    return typeof message === 'object' && message !== null ? message : null
  } catch {
    return null
  }
}
