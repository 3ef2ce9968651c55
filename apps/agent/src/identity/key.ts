import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint'
import { ConfigError } from '../config/config-error.ts'

/** An Ed25519 public key as the hub takes it. */
export interface PublicJwk {
  kty: 'OKP'
  crv: 'Ed25519'
  x: string
}

/** What the agent proves itself with. */
export interface AgentKey {
  privateKey: KeyObject
  publicKey: PublicJwk
  /** The public key's name: its thumbprint by RFC 7638. */
  id: string
}

/** A new private key, as it is kept: PKCS8 in PEM. */
export const makeKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** Reads a kept key. Throws a `ConfigError`, whose message quotes nothing of it. */
export async function readKey(pem: string): Promise<AgentKey> {
  let privateKey: KeyObject | null = null
  try {
    privateKey = createPrivateKey(pem)
  } catch {
    // OpenSSL's words might quote it.
  }
  if (privateKey?.asymmetricKeyType !== 'ed25519') {
    throw new ConfigError(
      'key',
      'The key in the Secret moorage-agent is no Ed25519 key in PEM: delete that entry, and import the cluster again.',
    )
  }
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  const publicKey = { kty: 'OKP', crv: 'Ed25519', x: x ?? '' } as const
  return { privateKey, publicKey, id: await calculateJwkThumbprint(publicKey, 'sha256') }
}
