import type { Clock } from '@moorage/tunnel/clock.ts'
import { openPool, type Pool } from '@moorage/tunnel/pool.ts'
import type { Store } from '../store/store.ts'
import { replicasOf } from '../store/tunnels.ts'
import { HOLDER_BELIEVED_MS, PEER_CONNECTIONS, PEER_DIALS_AT_ONCE, PEER_IDLE_MS } from './limits.ts'
import { dialPeer } from './peer-dial.ts'
import type { Route } from './route.ts'

/** The ways to agents whose tunnels other replicas hold. */
export interface Peers extends AsyncDisposable {
  /** A way to the cluster's agent through another replica; null where none holds one. */
  route(clusterId: string): Promise<Route | null>
  /** Another replica won or lost tunnels of this cluster; null where that may be any. */
  moved(clusterId: string | null): void
  /** A process of this cluster's agent, or the replica that holds it, stops: what is begun goes by a new way. */
  left(clusterId: string): void
}

export interface PeersDeps {
  store: Pick<Store, 'db'>
  replica: string
  secret: Uint8Array
  clock: Clock
  debug: (fields: object, message: string) => void
}

interface Way extends Route {
  url: string
  dialling: Set<Promise<void>>
  /** Begins nothing more, and is over once what it carries has ended. */
  retire(): void
}

/** Connections through another replica stand in a pool like those that agents dial: this side dials them when it wants some. */
export function openPeers({ store, replica, secret, clock, debug }: PeersDeps): Peers {
  const closing = new AbortController()
  const ways = new Map<string, Way>()
  const retired = new Set<Way>()
  const believed = new Map<string, { found: Promise<{ id: string; url: string }[]>; at: number }>()

  const holders = (clusterId: string) => {
    const known = believed.get(clusterId)
    if (known && clock.now() - known.at < HOLDER_BELIEVED_MS) return known.found
    const found = replicasOf(store.db, clusterId).then(all => all.filter(({ id }) => id !== replica))
    believed.set(clusterId, { found, at: clock.now() })
    found.catch(() => believed.delete(clusterId))
    return found
  }

  const end = async (way: Way) => {
    await way.pool[Symbol.asyncDispose]()
    await Promise.all(way.dialling)
    retired.delete(way)
  }

  const retire = (clusterId: string) => {
    ways.get(clusterId)?.retire()
    ways.delete(clusterId)
  }

  function open(clusterId: string, url: string): Way {
    const dial = async (pool: Pool) => {
      try {
        const connection = await dialPeer(url, clusterId, secret, closing.signal)
        connection.on('error', () => {}) // Its end is seen by the pool.
        if (!pool.add(connection)) connection.destroy()
      } catch (error) {
        debug({ cluster: clusterId, url, err: error }, 'another replica gave no tunnel')
        believed.delete(clusterId)
      }
    }
    const dialling = new Set<Promise<void>>()
    const pool: Pool = openPool({
      clock,
      spares: 0,
      idleCloseMs: PEER_IDLE_MS,
      maxConnections: PEER_CONNECTIONS,
      want: connections => {
        // It asks again for those that wait still, and what is being dialled is for them.
        const more = Math.min(connections, PEER_DIALS_AT_ONCE) - dialling.size
        for (let n = 0; n < more; n += 1) {
          const one: Promise<void> = dial(pool).finally(() => dialling.delete(one))
          dialling.add(one)
        }
      },
    })
    const left = new AbortController()
    const way: Way = {
      pool,
      url,
      dialling,
      linked: () => true,
      heard: () => true,
      left: left.signal,
      retire: () => {
        retired.add(way)
        left.abort(new Error('The other replica, or the agent there, stops.'))
        void pool.retire().then(() => end(way))
      },
    }
    return way
  }

  return {
    async route(clusterId) {
      const all = await holders(clusterId)
      const known = ways.get(clusterId)
      if (known && all.some(({ url }) => url === known.url)) return known
      retire(clusterId)
      const [holder] = all
      if (holder === undefined || closing.signal.aborted) return null
      const way = open(clusterId, holder.url)
      ways.set(clusterId, way)
      return way
    },
    moved(clusterId) {
      if (clusterId === null) believed.clear()
      else believed.delete(clusterId)
    },
    left(clusterId) {
      believed.delete(clusterId)
      retire(clusterId)
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      await Promise.all([...ways.values(), ...retired].map(end))
    },
  }
}
