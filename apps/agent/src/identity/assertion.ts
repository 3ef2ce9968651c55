import { createHash, randomUUID } from 'node:crypto'
import { CompactSign } from 'jose/jws/compact/sign'
import { ASSERTION_SECONDS } from '../limits.ts'
import type { HubClock } from './clock.ts'
import type { AgentKey } from './key.ts'

/** Who the agent is, and to whom it says so. */
export interface Identity {
  key: AgentKey
  /** Id of the hub. */
  instance: string
  /** UID of the kube-system namespace. */
  clusterUid: string
  pod: string
  clock: HubClock
}

const sign = (key: AgentKey, claims: object): Promise<string> =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'EdDSA', kid: key.id })
    .sign(key.privateKey)

/** An Authorization header for one call, such as `GET /agent/v1/tunnel`. */
export async function assertion(identity: Identity, act: string): Promise<string> {
  const { key, instance, clusterUid, pod, clock } = identity
  const iat = Math.floor(clock.now().getTime() / 1000)
  const claims = {
    aud: instance,
    iat,
    exp: iat + ASSERTION_SECONDS,
    jti: randomUUID(),
    act,
    uid: clusterUid,
    pod,
  }
  return `Moorage-Agent ${await sign(key, claims)}`
}

/** Proof that whoever registers has the key, and means this hub, this token and this cluster. */
export function registrationProof({ key, instance, clusterUid, clock }: Identity, joinToken: string): Promise<string> {
  return sign(key, {
    aud: instance,
    iat: Math.floor(clock.now().getTime() / 1000),
    jti: randomUUID(),
    sub: hashOf(joinToken),
    uid: clusterUid,
  })
}

/** What stands for a join token where the token itself is not to be. */
export const hashOf = (joinToken: string): string => createHash('sha256').update(joinToken).digest('hex')
