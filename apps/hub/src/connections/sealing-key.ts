import { createHash } from 'node:crypto'

/** AES-256. */
const KEY_BYTES = 32

/** One key that values are sealed with. The bytes are reachable only through `bytes()`, so that no log shows them. */
export class SealingKey {
  readonly id: string
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    if (bytes.length !== KEY_BYTES) {
      throw new SealingError(
        'sealing_key_invalid',
        `A sealing key has ${KEY_BYTES} bytes; this one has ${bytes.length}.`,
      )
    }
    this.#bytes = bytes
    this.id = keyId(bytes)
  }

  bytes(): Uint8Array {
    return this.#bytes
  }

  toJSON(): string {
    return `[sealing key ${this.id}]`
  }
}

/** A name for a key that says nothing about it: the start of a hash under a label of its own. */
function keyId(bytes: Uint8Array): string {
  return createHash('sha256').update('moorage sealing key id\0').update(bytes).digest('hex').slice(0, 16)
}

/** Reads a key as it stands in files and variables: 32 bytes as base64 or 64 hex digits. */
export function parseSealingKey(text: string, from: string): SealingKey {
  const trimmed = text.trim()
  const bytes = /^[0-9a-fA-F]{64}$/.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)
      ? Buffer.from(trimmed, 'base64')
      : null
  if (!bytes) {
    throw new SealingError(
      'sealing_key_invalid',
      `The sealing key from ${from} is neither 32 bytes in base64 nor 64 hex digits. Make one with: openssl rand -base64 32`,
    )
  }
  return new SealingKey(bytes)
}

export type SealingErrorCode =
  | 'sealing_key_invalid'
  | 'sealing_key_missing'
  | 'sealing_key_unusable'
  | 'sealed_value_damaged'

/** Why something can not be sealed or opened. Never carries the value. */
export class SealingError extends Error {
  override readonly name = 'SealingError'
  readonly code: SealingErrorCode

  constructor(code: SealingErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
