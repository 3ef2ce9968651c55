import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const seconds = () => Math.floor(Date.now() / 1000)

/** What a hub knows an agent by. */
export interface Identity {
  uid: string
  /** What it sends to register with a join token. */
  registration(joinToken: string): object
  /** For one dial. */
  authorization(): string
}

/** A cluster that is new to the hub, and a key of its agent's own. */
export function newIdentity(instance: string, pod: string): Identity {
  const uid = randomUUID()
  const key: KeyObject = generateKeyPairSync('ed25519').privateKey
  const { crv, kty, x } = key.export({ format: 'jwk' })
  const publicKey = { crv, kty, x }
  // RFC 7638: the required members in their order.
  const kid = createHash('sha256').update(JSON.stringify(publicKey)).digest('base64url')
  const signed = (claims: object) => {
    const text = `${base64({ alg: 'EdDSA', kid })}.${base64(claims)}`
    return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`
  }
  return {
    uid,
    registration(joinToken) {
      const sub = createHash('sha256').update(joinToken).digest('hex')
      const proof = signed({ aud: instance, iat: seconds(), jti: randomUUID(), sub, uid })
      return { publicKey, clusterUid: uid, version: '0.1.0', mode: 'read-only', proof }
    },
    authorization() {
      const iat = seconds()
      const act = 'GET /agent/v1/tunnel'
      return `Moorage-Agent ${signed({ aud: instance, iat, exp: iat + 60, jti: randomUUID(), act, uid, pod })}`
    },
  }
}
