import { MoorageError } from '../errors.ts'
import { countTry, deleteOldTries, forgetTries } from '../store/failed-sign-ins.ts'
import type { Store } from '../store/store.ts'

/** Wrong passwords that cost nothing but the time: people mistype. */
const FREE = 5
/** The first wait, in ms. It doubles with each failure. */
const FIRST_MS = 15_000
/** The longest wait, in ms: an attacker gets four tries an hour, and whoever was meant is not kept out for the day. */
const LONGEST_MS = 15 * 60_000
/** ms after which failures are forgotten. */
const FORGOTTEN_MS = 24 * 3600_000

/** How long a name waits after so many wrong passwords in a row, in ms. */
export const lockFor = (failures: number): number =>
  failures < FREE ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - FREE, 20))

interface LockOutDeps {
  store: Pick<Store, 'db'>
  now: () => Date
}

/**
 * Counts a try of this name before its password is looked at, or refuses it. The same for names that nobody has, so
 * it tells nothing about who there is; what keeps one address from filling the table is its own limit.
 */
export async function requireNotLockedOut({ store, now }: LockOutDeps, name: string): Promise<void> {
  const at = now()
  const since = new Date(at.getTime() - FORGOTTEN_MS)
  await deleteOldTries(store.db, since)
  const counted = await countTry(store.db, name, { now: at, since, lockFor })
  if ('failures' in counted) return
  const seconds = Math.ceil((counted.lockedUntil.getTime() - at.getTime()) / 1000)
  throw new MoorageError('too_many_requests', 'Too many sign-ins by this name have failed.', {
    fix: `Try again in ${seconds} s, or ask an administrator.`,
    retryAfterS: seconds,
  })
}

/** The right password was given. */
export const forgetFailures = ({ store }: LockOutDeps, name: string): Promise<void> => forgetTries(store.db, name)
