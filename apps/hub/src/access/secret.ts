import { createHash, randomBytes } from 'node:crypto'

/** Bytes of randomness in a token or session: nothing to guess, so a fast hash is enough. */
const SECRET_BYTES = 32

/** Marks a token as ours, so that secret scanners and people recognise one. */
export const TOKEN_PREFIX = 'mrg_'

/** A new secret: the text for its owner, and the hash that the hub keeps. */
export function newSecret(prefix: string): { text: string; hash: string } {
  const text = prefix + randomBytes(SECRET_BYTES).toString('base64url')
  return { text, hash: secretHash(text) }
}

/** SHA-256 in hex, as the tables hold it. */
export function secretHash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
