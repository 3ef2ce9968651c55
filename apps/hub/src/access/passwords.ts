import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/**
 * OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes and one lane. About 20 ms here, and what a
 * few sign-ins at once take of memory is known.
 */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1 }
const SALT_BYTES = 16
const HASH_BYTES = 32
/** More than any hash here was ever made with: a row that somebody wrote into the database can not stop the hub. */
const MAX_MEMORY = 262_144
const MAX_PASSES = 16

const derive = promisify((parameters: Argon2Parameters, done: (error: Error | null, key: Buffer) => void) =>
  argon2('argon2id', parameters, done),
)

const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

/** The same password however a keyboard composes its letters. */
const bytesOf = (password: string) => Buffer.from(password.normalize('NFKC'), 'utf8')

/** A password as it is stored, in the PHC string format. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(SALT_BYTES)
  const hash = await derive({ message: bytesOf(password), nonce, tagLength: HASH_BYTES, ...PARAMETERS })
  const { memory, passes, parallelism } = PARAMETERS
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(nonce)}$${encode(hash)}`
}

const FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** What a password is compared with where there is none to compare it with, so that it takes as long: of no password. */
const NOBODY = `$argon2id$v=19$m=${PARAMETERS.memory},t=${PARAMETERS.passes},p=${PARAMETERS.parallelism}$${encode(Buffer.alloc(SALT_BYTES))}$${encode(Buffer.alloc(HASH_BYTES))}`

/** Whether this is the password. Without a stored one it takes as long to say no. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const [, memory, passes, parallelism, nonce = '', hash = ''] = FORM.exec(stored ?? NOBODY) ?? []
  const parameters = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  if (!(parameters.memory <= MAX_MEMORY && parameters.passes <= MAX_PASSES)) return false
  const wanted = Buffer.from(hash, 'base64')
  const given = await derive({
    message: bytesOf(password),
    nonce: Buffer.from(nonce, 'base64'),
    tagLength: wanted.length,
    ...parameters,
  })
  return timingSafeEqual(given, wanted) && stored !== null
}

/** Letters and digits that are not mistaken for each other. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
/** 24 of 31: 118 bits. */
const GROUPS = 6
const GROUP = 4

/** A password for somebody to type in once. */
export function makePassword(): string {
  const letters: string[] = []
  while (letters.length < GROUPS * GROUP) {
    // The highest multiple of the alphabet's length below 256, so that each letter is as likely.
    for (const byte of randomBytes(64)) if (byte < 248) letters.push(ALPHABET[byte % ALPHABET.length]!)
  }
  return Array.from({ length: GROUPS }, (_, at) => letters.slice(at * GROUP, (at + 1) * GROUP).join('')).join('-')
}
