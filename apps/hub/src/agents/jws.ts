import { calculateJwkThumbprint, compactVerify, decodeProtectedHeader, importJWK } from 'jose'
import { z } from 'zod'

/** An Ed25519 public key, the only kind that agents have. */
export const PublicKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[\w-]{43}$/, 'is not an Ed25519 public key'),
})
export type PublicKey = z.infer<typeof PublicKey>

/** Longer ones are not looked at: an assertion has about 500 characters. */
const MAX_CHARS = 4096

/** The key's name: its thumbprint by RFC 7638. */
export const thumbprint = (key: PublicKey): Promise<string> => calculateJwkThumbprint({ ...key }, 'sha256')

/** A SHA-256 in base64url: what else somebody calls a key is never looked up. */
const THUMBPRINT = /^[\w-]{43}$/

/** The `kid` of a JWS, before anything of it is believed; null where there is none. */
export function keyIdOf(jws: string): string | null {
  if (jws.length > MAX_CHARS) return null
  try {
    const { kid, alg } = decodeProtectedHeader(jws)
    return alg === 'EdDSA' && typeof kid === 'string' && THUMBPRINT.test(kid) ? kid : null
  } catch {
    return null
  }
}

/** The claims of a JWS that was signed by this key; null where it was not, or where they are no JSON. */
export async function verifiedClaims(jws: string, key: PublicKey): Promise<unknown> {
  if (jws.length > MAX_CHARS) return null
  try {
    const { payload } = await compactVerify(jws, await importJWK({ ...key }, 'EdDSA'), { algorithms: ['EdDSA'] })
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    return null
  }
}
