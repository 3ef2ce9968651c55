import { createHash } from 'node:crypto'

/** Bytes of randomness: nothing to guess. */
const SECRET_BYTES = 32
const PREFIX = 'join_'

/** A new join token. Its text is in the manifest and nowhere in the hub. */
export const makeJoinToken = (random: (bytes: number) => Uint8Array): string =>
  `${PREFIX}${Buffer.from(random(SECRET_BYTES)).toString('base64url')}`

/** Whether a text can be a join token at all; what can not is never looked up. */
export const isJoinToken = (text: string): boolean => /^join_[\w-]{43}$/.test(text)

/** What is kept of a token. */
export const hashJoinToken = (token: string): string => createHash('sha256').update(token).digest('hex')
