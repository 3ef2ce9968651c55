import { randomUUID } from 'node:crypto'
import type { Identity } from '@moorage/contract/hub.ts'
import type { ServiceAccount, WriteServiceAccount } from '@moorage/contract/service-account.ts'
import { MoorageError } from '../errors.ts'
import type { Forgotten } from '../store/forget-name.ts'
import {
  deleteServiceAccount,
  listServiceAccounts,
  putServiceAccount,
  type ServiceAccountRow,
} from '../store/service-accounts.ts'
import { changeRights, type RightsDeps } from './change-rights.ts'
import { forgetSubject } from './forget-subject.ts'
import type { UserDeps } from './users.ts'

const toServiceAccount = ({ name, description, created_at, tokens }: ServiceAccountRow): ServiceAccount => ({
  name,
  description,
  createdAt: created_at.toISOString(),
  tokens,
})

/** Service accounts, by name. */
export const allServiceAccounts = async ({ store, now }: Pick<UserDeps, 'store' | 'now'>): Promise<ServiceAccount[]> =>
  (await listServiceAccounts(store.db, now())).map(toServiceAccount)

/** Makes one, or changes the one of this name. It can do nothing before it has a token. */
export async function writeServiceAccount(
  deps: Pick<UserDeps, 'store' | 'now'>,
  input: WriteServiceAccount,
  who: Pick<Identity, 'name'>,
): Promise<ServiceAccount> {
  const row = { id: randomUUID(), ...input, created_at: deps.now(), created_by: who.name }
  await putServiceAccount(deps.store.db, row)
  return (await allServiceAccounts(deps)).find(({ name }) => name === input.name)!
}

export const noServiceAccount = (name: string) =>
  new MoorageError('not_found', `There is no service account ${name}.`, {
    fix: 'List the service accounts to see their names.',
  })

/** Forgets one with its tokens and all that it may; what it has open is cut. */
export function removeServiceAccount(deps: RightsDeps, name: string, who: Identity): Promise<Forgotten> {
  return changeRights(deps, who, async rights => {
    if (!(await deleteServiceAccount(rights.trx, name))) throw noServiceAccount(name)
    return forgetSubject(rights, { kind: 'service-account', name })
  })
}
