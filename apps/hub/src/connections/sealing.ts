import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { SealingError, type SealingKey } from './sealing-key.ts'

const SHOWN = '[sealed]'

/**
 * A secret in the open, for the short way from the store to its use. It can not be logged, printed or
 * serialised by accident: all of these show "[sealed]". `reveal()` is the one way in, easy to search for.
 */
export class Sealed {
  readonly #secret: string

  constructor(secret: string) {
    this.#secret = secret
  }

  reveal(): string {
    return this.#secret
  }

  toString(): string {
    return SHOWN
  }

  toJSON(): string {
    return SHOWN
  }

  [Symbol.toPrimitive](): string {
    return SHOWN
  }

  [inspect.custom](): string {
    return SHOWN
  }
}

/** Seals what the hub must keep but must not show. */
export interface Sealer {
  /** The key that new values are sealed with. */
  readonly keyId: string
  /** Every key that values can be opened with. */
  readonly keyIds: readonly string[]
  /** `context` says what the value belongs to, such as a cluster's id: it opens there and nowhere else. */
  seal(plain: string, context: string): { sealed: string; keyId: string }
  open(sealed: string, context: string): string
  /** Seals again with the current key; null where it already is. */
  reseal(sealed: string, context: string): { sealed: string; keyId: string } | null
}

const FORMAT = 'm1'
const CIPHER = 'aes-256-gcm'
/** GCM's own sizes: a 96-bit nonce and a 128-bit tag. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const DATA_KEY_BYTES = 32

/**
 * Envelope encryption with AES-256-GCM. Each value has a key of its own, which is sealed with the hub's key:
 * so the hub's key only ever encrypts random bytes, and rotating it needs no value to be opened to the outside.
 * Form: `m1.<key id>.<nonce|sealed data key|tag>.<nonce|sealed value|tag>`, base64url. Format, key id and context
 * are authenticated with both. The first key seals; the others only open.
 */
export function makeSealer(keys: readonly SealingKey[], random: (bytes: number) => Uint8Array = randomBytes): Sealer {
  const current = keys[0]
  if (!current) throw new SealingError('sealing_key_missing', 'The hub has no sealing key.')
  const byId = new Map(keys.map(key => [key.id, key]))

  const seal = (plain: string, context: string) => {
    const dataKey = random(DATA_KEY_BYTES)
    const about = aad(current.id, context)
    const wrapped = encrypt(current.bytes(), dataKey, about, random)
    const body = encrypt(dataKey, Buffer.from(plain, 'utf8'), about, random)
    return { sealed: [FORMAT, current.id, wrapped, body].join('.'), keyId: current.id }
  }

  const open = (sealed: string, context: string) => {
    const [format, keyId, wrapped, body, ...more] = sealed.split('.')
    if (format !== FORMAT || !keyId || !wrapped || !body || more.length > 0) throw damaged()
    const key = byId.get(keyId)
    if (!key) {
      throw new SealingError(
        'sealing_key_missing',
        `The value is sealed with key ${keyId}, which this hub does not have (it has ${[...byId.keys()].join(', ')}). Put that key back beside the others.`,
      )
    }
    const about = aad(keyId, context)
    return decrypt(decrypt(key.bytes(), wrapped, about), body, about).toString('utf8')
  }

  return {
    keyId: current.id,
    keyIds: [...byId.keys()],
    seal,
    open,
    reseal: (sealed, context) =>
      sealed.startsWith(`${FORMAT}.${current.id}.`) ? null : seal(open(sealed, context), context),
  }
}

/** Length-prefixed, so that no two pairs of key id and context look the same. */
const aad = (keyId: string, context: string) =>
  Buffer.from(`${FORMAT}\0${keyId}\0${context.length}\0${context}`, 'utf8')

function encrypt(key: Uint8Array, plain: Uint8Array, about: Buffer, random: (bytes: number) => Uint8Array): string {
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(about)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

function decrypt(key: Uint8Array, text: string, about: Buffer): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  // Base64 has several spellings of the same bytes; only ours is taken.
  if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== text) throw damaged()
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(about)
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
  } catch {
    // Node's error says no more than that it failed.
    throw damaged()
  }
}

const damaged = () =>
  new SealingError(
    'sealed_value_damaged',
    'A sealed value can not be opened: it was changed, or it belongs to something else.',
  )
