import { MoorageError } from '../errors.ts'
import { deleteSessionsOf } from '../store/sessions.ts'
import { hashToken } from '../store/tokens.ts'
import { findUser, findUserById, replacePassword } from '../store/users.ts'
import type { IdentityDeps } from './identity.ts'
import type { Live } from './live.ts'
import { forgetFailures, requireNotLockedOut } from './lock-out.ts'
import { hashPassword, isPassword } from './passwords.ts'
import { type Begun, beginUserSession, type SignedInFrom } from './sessions.ts'
import { LOCAL, notLocal } from './users.ts'

/** The same sentence whatever was wrong, so that it tells a guesser nothing. */
const refused = () =>
  new MoorageError('unauthenticated', 'The name or the password is wrong, or the account is disabled.', {
    fix: 'Try again, sign in at your issuer, or ask an administrator.',
  })

/** A password that an administrator or a leak knows does not stay. */
function requireOther(before: string, after: string, name: string): void {
  const message =
    after.normalize('NFKC') === before.normalize('NFKC')
      ? 'must differ from the one before'
      : new Set(after).size < 5 ||
          after.toLowerCase() === name.repeat(Math.ceil(after.length / name.length)).slice(0, after.length)
        ? 'is too easy to guess'
        : null
  if (message === null) return
  throw new MoorageError('bad_request', `The new password ${message}.`, {
    fields: [{ path: 'newPassword', message }],
    fix: 'Take several words that do not belong together.',
  })
}

/** Ends the sessions along with the password; false where somebody has reset it in the meantime. */
const exchangePassword = (
  { store }: Pick<IdentityDeps, 'store'>,
  userId: string,
  verified: string | null,
  hash: string,
  keptSession?: string,
): Promise<boolean> =>
  store.db.transaction().execute(async trx => {
    if (!(await replacePassword(trx, userId, verified, hash))) return false
    await deleteSessionsOf(trx, userId, keptSession)
    return true
  })

/** Signs a local user in, or throws a sentence that does not say what was wrong, in a time that does not either. */
export async function signInByPassword(
  deps: IdentityDeps,
  given: { user: string; password: string; newPassword?: string | undefined },
  from: SignedInFrom,
): Promise<Begun> {
  const name = given.user.trim().toLowerCase()
  const user = await findUser(deps.store.db, name)
  // What nobody is called may be a password in the wrong field, so it is counted and not kept.
  await requireNotLockedOut(deps, user?.name ?? hashToken(name))
  const stored = user?.source === LOCAL && user.disabled_at === null ? user.password_hash : null
  if (!(await isPassword(given.password, stored)) || user === undefined) throw refused()
  await forgetFailures(deps, name)
  let verified = stored
  if (given.newPassword !== undefined) {
    requireOther(given.password, given.newPassword, name)
    const password_hash = await hashPassword(given.newPassword)
    if (!(await exchangePassword(deps, user.id, stored, password_hash))) throw refused()
    verified = password_hash
  } else if (user.must_change_password) {
    throw new MoorageError(
      'password_change_required',
      'The password was set by somebody else, so it has to be changed.',
      {
        fix: 'Choose another one, which only you know.',
      },
    )
  }
  const { id, cuts } = user
  const begun = await beginUserSession(deps, { id, name, issuer: null, groups: [], verified, cuts }, from)
  if (begun === null) throw refused()
  return begun
}

/** Changes the password of somebody who is signed in; their other sessions end. */
export async function changePassword(
  deps: IdentityDeps & { live: Pick<Live, 'recheck'> },
  userId: string,
  given: { password: string; newPassword: string },
  keptSession: string | undefined,
): Promise<void> {
  const user = await findUserById(deps.store.db, userId)
  if (user === undefined) throw refused()
  if (user.source !== LOCAL) throw notLocal(user)
  await requireNotLockedOut(deps, user.name)
  if (!(await isPassword(given.password, user.password_hash))) {
    throw new MoorageError('forbidden', 'The password of now is wrong.', { fix: 'Type it again.' })
  }
  await forgetFailures(deps, user.name)
  requireOther(given.password, given.newPassword, user.name)
  const password_hash = await hashPassword(given.newPassword)
  if (!(await exchangePassword(deps, user.id, user.password_hash, password_hash, keptSession))) throw refused()
  await deps.live.recheck()
}
