import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { acceptUpgrade, PROTOCOL } from '@moorage/tunnel/upgrade.ts'
import { MoorageError } from '../errors.ts'
import type { Upgrade } from './agent-upgrade.ts'
import { KEEP_ALIVE_PROBE_MS, PEER_DIAL_MS } from './limits.ts'
import { PEER_PATH } from './peer-address.ts'
import { peerProof, sameProof } from './peer-proof.ts'
import type { Tunnels } from './tunnels.ts'

export interface PeerUpgradeDeps {
  tunnels: Pick<Tunnels, 'take'>
  secret: Uint8Array
}

/** What hands connections over, and knows which are. */
export interface PeerUpgrade {
  upgrade: Upgrade
  /** Resolves when none is handed over any more. */
  settled(): Promise<void>
}

/** Hands connections of agents that this replica holds to other replicas of the same hub. */
export function peerUpgrade({ tunnels, secret }: PeerUpgradeDeps): PeerUpgrade {
  const given = new Set<Duplex>()
  let ended = () => {}
  const upgrade: Upgrade = async (request, socket, head) => {
    const path = request.url ?? ''
    const tls = request.socket
    const proof = /^Moorage-Peer ([\w-]{43})$/.exec(request.headers.authorization ?? '')?.[1]
    const proves =
      proof !== undefined &&
      tls instanceof TLSSocket &&
      // Before it, what both ends export is not bound to the handshake in every case.
      tls.getProtocol() === 'TLSv1.3' &&
      sameProof(Buffer.from(proof, 'base64url'), peerProof(secret, tls, 'asking', path))
    if (!proves) throw new MoorageError('unauthenticated', 'Only replicas of this hub may open this.')
    if (request.method !== 'GET' || request.headers.upgrade !== PROTOCOL) {
      throw new MoorageError('bad_request', `This address takes an upgrade to ${PROTOCOL} alone.`)
    }
    const clusterId = path.slice(PEER_PATH.length)
    const taken = await take(tunnels, clusterId)
    if (socket.destroyed) return void taken.destroy()
    tls.setNoDelay(true)
    tls.setTimeout(0)
    tls.setKeepAlive(true, KEEP_ALIVE_PROBE_MS)
    const peer = acceptUpgrade(request, socket, head)
    peer.write(peerProof(secret, tls, 'holding', path))
    given.add(peer)
    peer.once('close', () => {
      given.delete(peer)
      if (given.size === 0) ended()
    })
    splice(peer, taken)
  }
  return {
    upgrade,
    settled: () =>
      new Promise(resolve => {
        if (given.size === 0) resolve()
        else ended = resolve
      }),
  }
}

async function take(tunnels: Pick<Tunnels, 'take'>, clusterId: string): Promise<Duplex> {
  try {
    return await tunnels.take(clusterId, AbortSignal.timeout(PEER_DIAL_MS))
  } catch (cause) {
    throw new MoorageError('agent_disconnected', 'This replica has no connection of the agent to give.', { cause })
  }
}

/** From now on the two are one. Whichever end goes first takes the other along. */
function splice(one: Duplex, other: Duplex): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => {}) // It closes, which is heard below.
    from.once('close', () => to.destroy())
    from.pipe(to)
  }
}
