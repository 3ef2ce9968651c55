import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { DeviceAnswer, DeviceAsking, DeviceCode, LentToken } from '@moorage/contract/sign-in.ts'
import type { Transaction } from 'kysely'
import { MoorageError } from '../errors.ts'
import {
  type DeviceRow,
  decideDevice,
  findDeviceByHash,
  findWaiting,
  insertCommandLineCode,
  insertDevice,
  takeCommandLineCode,
  takeDevice,
  userOfCommandLineCode,
} from '../store/lent-codes.ts'
import type { Database } from '../store/tables.ts'
import { hashToken } from '../store/tokens.ts'
import { findUserById, holdUser } from '../store/users.ts'
import { isGoodCredential } from '../store/valid-credentials.ts'
import type { Authenticated } from './identity.ts'
import { createToken, type TokenDeps } from './tokens.ts'

/** s that a command line's token is good for: as long as a sign-in of a browser. */
const LENT_SECONDS = 12 * 3600
/** s between the browser's yes and the command line on the same machine. */
const CODE_SECONDS = 60
/** s that a person has to type a code on another machine. */
const DEVICE_SECONDS = 600
/** s between two questions of a waiting command line. */
const POLL_SECONDS = 3
/** Command lines of one address that may wait at once. */
const MOST_WAITING = 20
const CODE_BYTES = 32
/** RFC 8628 §6.1: no vowels, so no words; 8 of 20 letters are 34 bits, tried at most 20 times a minute from one address for 10 min. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const USER_CODE_LETTERS = 8

const refused = () =>
  new MoorageError('unauthenticated', 'The code is not valid: it is unknown, has expired or was used.', {
    fix: 'Run "moorage login" again.',
  })

/** Only a person who sits at a browser lets others in as themselves. */
export function requirePerson(who: Authenticated): Authenticated {
  if (who.identity.kind === 'user' && who.via.kind === 'session') return who
  throw new MoorageError('forbidden', 'Only a user who is signed in by a browser can let a command line in.', {
    fix: 'An admin token is given to the command line with "moorage login --token-file".',
  })
}

/** Does what a person asks for while nothing can be taken back from them, if nothing was since they asked. */
const whileGood = <T>(
  { store, now }: TokenDeps,
  { identity, via }: Authenticated,
  work: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> =>
  store.db.transaction().execute(async trx => {
    const held = await holdUser(trx, identity.id)
    if (held === undefined || !(await isGoodCredential(trx, via, now()))) throw refused()
    return work(trx)
  })

/** A code for the command line that opened this page and has the verifier to the challenge. */
export async function lendCode(
  deps: TokenDeps,
  who: Authenticated,
  { challenge, client }: { challenge: string; client: string },
): Promise<string> {
  const code = randomBytes(CODE_BYTES).toString('base64url')
  const at = deps.now()
  const expires_at = new Date(at.getTime() + CODE_SECONDS * 1000)
  const row = { hash: hashToken(code), challenge, user_id: who.identity.id, client, expires_at }
  const groups = JSON.stringify(who.identity.groups)
  await whileGood(deps, who, trx => insertCommandLineCode(trx, { ...row, groups }, at))
  return code
}

interface Lent {
  user_id: string
  groups: readonly string[]
  client: string
}

/** The user is read before the code is taken, so that what is taken back from them after that is seen. */
async function lend(deps: TokenDeps, userId: string | null, take: () => Promise<Lent>): Promise<LentToken> {
  const user = userId === null ? undefined : await findUserById(deps.store.db, userId)
  const { groups, client } = await take()
  if (user === undefined || user.disabled_at !== null) throw refused()
  const name = client === '' ? 'command line' : `command line on ${client}`
  const owner = { kind: 'user' as const, id: user.id, name: user.name, groups }
  const token = await createToken(deps, { name, expiresInSeconds: LENT_SECONDS }, user, owner, async trx => {
    const now = await findUserById(trx, user.id)
    return now?.cuts === user.cuts
  })
  return { ...token, identity: { ...owner, groups: [...groups] } }
}

/** Trades a code for a token, for whoever has the verifier. */
export async function exchangeCode(
  deps: TokenDeps,
  { code, verifier }: { code: string; verifier: string },
): Promise<LentToken> {
  const hash = hashToken(code)
  const given = Buffer.from(createHash('sha256').update(verifier).digest('base64url'))
  return lend(deps, await userOfCommandLineCode(deps.store.db, hash), async () => {
    const row = await takeCommandLineCode(deps.store.db, hash, deps.now())
    const wanted = Buffer.from(row?.challenge ?? '')
    if (row === undefined || given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw refused()
    return row
  })
}

function makeUserCode(): string {
  const letters: string[] = []
  while (letters.length < USER_CODE_LETTERS) {
    // 240 is the highest multiple of 20 below 256, so each letter is as likely.
    for (const byte of randomBytes(16)) if (byte < 240) letters.push(LETTERS[byte % LETTERS.length]!)
  }
  const text = letters.slice(0, USER_CODE_LETTERS).join('')
  return `${text.slice(0, 4)}-${text.slice(4)}`
}

/** However it was typed. */
const userCodeHash = (code: string) => hashToken(code.toUpperCase().replace(/[^A-Z]/g, ''))

/** A command line without a browser asks to be let in. */
export async function askDevice(
  { store, now, info }: TokenDeps & { info: { publicUrl: string } },
  { client, address }: { client: string; address: string },
): Promise<DeviceCode> {
  const deviceCode = randomBytes(CODE_BYTES).toString('base64url')
  const userCode = makeUserCode()
  const at = now()
  const expiresAt = new Date(at.getTime() + DEVICE_SECONDS * 1000)
  const row = { id: randomUUID(), device_hash: hashToken(deviceCode), user_code_hash: userCodeHash(userCode) }
  const asked = { ...row, address, client, created_at: at, expires_at: expiresAt }
  if (!(await insertDevice(store.db, asked, { now: at, most: MOST_WAITING }))) {
    throw new MoorageError('too_many_requests', 'Too many command lines of this address wait to be let in.', {
      fix: `Try again in ${DEVICE_SECONDS / 60} min.`,
    })
  }
  const url = `${info.publicUrl}/device`
  return { deviceCode, userCode, url, intervalSeconds: POLL_SECONDS, expiresAt: expiresAt.toISOString() }
}

async function mustWait({ store, now }: TokenDeps, userCode: string): Promise<DeviceRow> {
  const row = await findWaiting(store.db, userCodeHash(userCode), now())
  if (row !== undefined) return row
  throw new MoorageError('not_found', 'No command line waits behind this code.', {
    fix: 'Compare it with what the command line shows, or run "moorage login --device" again.',
  })
}

/** Who waits behind a code, for the person to see before they let it in. */
export async function findDevice(deps: TokenDeps, userCode: string): Promise<DeviceAsking> {
  const { client, address, created_at } = await mustWait(deps, userCode)
  return { client, address, askedAt: created_at.toISOString() }
}

/** Lets a waiting command line in as this person, or refuses it. */
export async function answerDevice(
  deps: TokenDeps,
  who: Authenticated,
  { userCode, allow }: { userCode: string; allow: boolean },
): Promise<boolean> {
  const row = await mustWait(deps, userCode)
  const { id: userId, groups } = who.identity
  const decided = { allowed: allow, userId, groups, now: deps.now() }
  return (await whileGood(deps, who, trx => decideDevice(trx, row.id, decided))) && allow
}

/** What a waiting command line is told. */
export async function pollDevice(deps: TokenDeps, deviceCode: string): Promise<DeviceAnswer> {
  const hash = hashToken(deviceCode)
  const found = await findDeviceByHash(deps.store.db, hash, deps.now())
  if (found === undefined) throw refused()
  if (found.decided_at === null) return { state: 'waiting' }
  const { allowed, user_id } = found
  const take = async () => {
    // Another question of the same command line may have been faster.
    if (!(await takeDevice(deps.store.db, found.id))) throw refused()
    return { ...found, user_id: user_id ?? '', groups: found.groups ?? [] }
  }
  if (allowed === true && user_id !== null) return { state: 'allowed', token: await lend(deps, user_id, take) }
  await take()
  return { state: 'refused' }
}
