import { createHmac, timingSafeEqual } from 'node:crypto'
import type { TLSSocket } from 'node:tls'

/** RFC 5705: both ends of one TLS connection, and nobody between them, get the same bytes by this label. */
const LABEL = 'EXPORTER-moorage-peer'

/** Bytes of a proof. */
export const PROOF_BYTES = 32

/**
 * Proves that this end of a TLS connection knows the replicas' secret. Bound to
 * the connection: in another one, such as that of somebody between the two who
 * passes it on, it proves nothing. So replicas need no CA in common.
 */
export function peerProof(secret: Uint8Array, socket: TLSSocket, side: 'asking' | 'holding', path: string): Buffer {
  const binding = socket.exportKeyingMaterial(PROOF_BYTES, LABEL, Buffer.alloc(0))
  return createHmac('sha256', secret).update(`${side}\n${path}\n`).update(binding).digest()
}

/** Whether two proofs are the same, in a time that tells nothing. */
export const sameProof = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)
