import { randomUUID } from 'node:crypto'
import type { Change, Identity } from '@moorage/contract/hub.ts'
import type { CreatedUser, CreateUser, PasswordReset, Revocation, User, WriteUser } from '@moorage/contract/user.ts'
import { MoorageError } from '../errors.ts'
import { forgetTries } from '../store/failed-sign-ins.ts'
import type { Forgotten } from '../store/forget-name.ts'
import type { Store } from '../store/store.ts'
import {
  cutCredentials,
  deleteUser,
  findUser,
  insertUser,
  type ListedUser,
  listUsers,
  updateUser,
} from '../store/users.ts'
import { changeRights, type RightsDeps } from './change-rights.ts'
import type { Cutting } from './cutting.ts'
import { forgetSubject } from './forget-subject.ts'
import type { Live } from './live.ts'
import { hashPassword, makePassword } from './passwords.ts'

/** Where users come from whose passwords the hub knows. */
export const LOCAL = 'local'

export interface UserDeps {
  store: Pick<Store, 'db'>
  changes: { publish(change: Change): void }
  live: Pick<Live, 'recheck'>
  now: () => Date
}

/** Refuses to touch somebody who may do more than the asker. */
export type Guard = (user: { name: string }) => void

const toUser = (row: ListedUser, now: Date): User => ({
  name: row.name,
  source: row.source,
  displayName: row.display_name,
  email: row.email,
  disabled: row.disabled_at && { at: row.disabled_at.toISOString(), because: row.disabled_because ?? '' },
  lockedUntil: row.locked_until !== null && row.locked_until > now ? row.locked_until.toISOString() : null,
  mustChangePassword: row.must_change_password,
  createdAt: row.created_at.toISOString(),
  lastSeenAt: row.last_seen_at?.toISOString() ?? null,
})

async function mustFind({ store }: Pick<UserDeps, 'store'>, name: string): Promise<ListedUser> {
  const row = await findUser(store.db, name)
  if (row !== undefined) return row
  throw new MoorageError('not_found', `There is no user ${name}.`, { fix: 'List the users to see their names.' })
}

/** Everybody, by name. */
export const allUsers = async (deps: Pick<UserDeps, 'store' | 'now'>): Promise<User[]> =>
  (await listUsers(deps.store.db)).map(row => toUser(row, deps.now()))

export const oneUser = async (deps: Pick<UserDeps, 'store' | 'now'>, name: string): Promise<User> =>
  toUser(await mustFind(deps, name), deps.now())

/** Makes a local user, whose password has to be changed at the first sign-in. */
export async function createUser(deps: UserDeps, input: CreateUser, who: Pick<Identity, 'name'>): Promise<CreatedUser> {
  const made = input.password === undefined ? makePassword() : null
  const inserted = await insertUser(deps.store.db, {
    id: randomUUID(),
    name: input.name,
    source: LOCAL,
    display_name: input.displayName,
    email: input.email ?? null,
    password_hash: await hashPassword(made ?? input.password ?? ''),
    must_change_password: true,
    created_at: deps.now(),
    created_by: who.name,
  })
  if (!inserted) {
    throw new MoorageError('subject_exists', `There is a user ${input.name} already.`, { fix: 'Take another name.' })
  }
  return { ...(await oneUser(deps, input.name)), password: made }
}

/** Makes a local user without a password, or changes what is known of one. */
export async function writeUser(
  deps: UserDeps,
  input: WriteUser,
  who: Pick<Identity, 'name'>,
  guard: Guard,
): Promise<User> {
  const { name, displayName: display_name, email = null } = input
  const before = await findUser(deps.store.db, name)
  if (before !== undefined && before.source !== LOCAL) throw notLocal(before)
  if (before === undefined) guard(input)
  const made = { id: randomUUID(), name, source: LOCAL, display_name, email, must_change_password: true }
  if (before !== undefined) await updateUser(deps.store.db, before.id, { display_name, email })
  else await insertUser(deps.store.db, { ...made, created_at: deps.now(), created_by: who.name })
  return oneUser(deps, name)
}

const tellOfRights = ({ changes, now }: Pick<UserDeps, 'changes' | 'now'>): void =>
  changes.publish({ type: 'access', cluster: '', name: '', kinds: [], at: now().toISOString() })

/** What was changed about somebody counts on every replica, and streams that it ends are cut here at once. */
export async function settle(deps: Pick<UserDeps, 'changes' | 'live' | 'now'>): Promise<void> {
  tellOfRights(deps)
  await deps.live.recheck()
}

/** None of their credentials is good from now on, until they are enabled. */
export async function disableUser(deps: UserDeps, name: string, because: string): Promise<User> {
  const user = await mustFind(deps, name)
  await updateUser(deps.store.db, user.id, { disabled_at: deps.now(), disabled_because: because })
  await settle(deps)
  return oneUser(deps, name)
}

/** Takes a disabling and a lock-out back. */
export async function enableUser(deps: UserDeps, name: string, guard: Guard): Promise<User> {
  const user = await mustFind(deps, name)
  guard(user)
  await updateUser(deps.store.db, user.id, { disabled_at: null, disabled_because: null })
  await forgetTries(deps.store.db, name)
  await settle(deps)
  return oneUser(deps, name)
}

/** A local user gets another password, which has to be changed at the next sign-in; what they were let in by ends. */
export async function resetPassword(
  deps: UserDeps,
  name: string,
  { password, keepTokens = false }: { password?: string | undefined; keepTokens?: boolean | undefined },
  guard: Guard,
): Promise<PasswordReset> {
  const user = await mustFind(deps, name)
  if (user.source !== LOCAL) throw notLocal(user)
  guard(user)
  const made = password === undefined ? makePassword() : null
  const password_hash = await hashPassword(made ?? password ?? '')
  const cut = await deps.store.db.transaction().execute(async trx => {
    await updateUser(trx, user.id, { password_hash, must_change_password: true })
    await forgetTries(trx, name)
    return cutCredentials(trx, { userId: user.id }, { now: deps.now(), keepTokens })
  })
  await settle(deps)
  return { user: name, password: made, ...cut }
}

/** Only the hub's own users have a password here. */
export const notLocal = ({ name, source }: { name: string; source: string }) =>
  new MoorageError('not_local', `User ${name} signs in at issuer ${source}; the hub knows no password of theirs.`, {
    fix: 'Change the password at the issuer.',
  })

/** Forgets a user with all that they are let in by and all that they may. */
export function removeUser(deps: RightsDeps, name: string, who: Identity): Promise<Forgotten> {
  return changeRights(deps, who, async rights => {
    const user = await mustFind({ store: { db: rights.trx } }, name)
    await deleteUser(rights.trx, user.id)
    return forgetSubject(rights, { kind: 'user', name })
  })
}

/** Takes everything back from somebody, and tells what was cut on all replicas. */
export async function revokeUser(
  deps: UserDeps & { cutting: Pick<Cutting, 'cutUser'> },
  name: string,
  because: string,
): Promise<Revocation> {
  const user = await mustFind(deps, name)
  const now = deps.now()
  const cut = await deps.store.db.transaction().execute(async trx => {
    await updateUser(trx, user.id, { disabled_at: now, disabled_because: because })
    return cutCredentials(trx, { userId: user.id }, { now })
  })
  tellOfRights(deps)
  return { user: name, ...cut, ...(await deps.cutting.cutUser(user.id)) }
}
