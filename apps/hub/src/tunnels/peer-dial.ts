import { once } from 'node:events'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect, type TLSSocket } from 'node:tls'
import { dialHub } from '@moorage/tunnel/upgrade.ts'
import { KEEP_ALIVE_PROBE_MS, PEER_DIAL_MS } from './limits.ts'
import { PEER_PATH, PEER_SCHEME } from './peer-address.ts'
import { PROOF_BYTES, peerProof, sameProof } from './peer-proof.ts'

/** Reads exactly the other replica's proof; what follows stays in the stream. */
async function readProof(stream: Duplex, signal: AbortSignal): Promise<Buffer> {
  for (;;) {
    const bytes: Buffer | null = stream.read(PROOF_BYTES)
    if (bytes !== null) {
      if (bytes.length === PROOF_BYTES) return bytes
      break
    }
    if (stream.readableEnded || stream.destroyed) break
    await once(stream, 'readable', { signal })
  }
  throw new Error('The other replica closed the connection.')
}

/** Opens one connection to a cluster's agent through the replica at this URL. */
export async function dialPeer(url: string, clusterId: string, secret: Uint8Array, signal: AbortSignal) {
  const { hostname, host, port } = new URL(url)
  const path = `${PEER_PATH}${clusterId}`
  const within = AbortSignal.any([signal, AbortSignal.timeout(PEER_DIAL_MS)])
  const name = hostname.replace(/^\[|\]$/g, '')
  // Who it is shows in its proof: replicas may have certificates of different CAs.
  const tls: TLSSocket = connect({
    host: name,
    port: Number(port || 443),
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
    ALPNProtocols: ['http/1.1'],
    ...(isIP(name) === 0 ? { servername: name } : {}),
  })
  tls.on('error', () => {}) // Whoever waits for it hears of it; nobody else has to.
  const give = () => void tls.destroy()
  within.addEventListener('abort', give, { once: true })
  try {
    await once(tls, 'secureConnect', { signal: within })
    tls.setNoDelay(true)
    tls.setKeepAlive(true, KEEP_ALIVE_PROBE_MS)
    const proof = peerProof(secret, tls, 'asking', path).toString('base64url')
    const headers = { authorization: `${PEER_SCHEME} ${proof}` }
    const connection = await dialHub(tls, { path, host, headers }, 'upgrade', within)
    if (sameProof(await readProof(connection, within), peerProof(secret, tls, 'holding', path))) return connection
    throw new Error('What answers at the address of another replica does not know the replicas’ secret.')
  } catch (error) {
    tls.destroy()
    throw error
  } finally {
    within.removeEventListener('abort', give)
  }
}
