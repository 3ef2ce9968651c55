import { findUserById } from '../../store/users.ts'
import { os, whoAsks } from '../context.ts'
import { withLocalGroups } from '../rights.ts'

export const get = os.account.get.handler(async ({ context }) => {
  const identity = withLocalGroups(context.deps, whoAsks(context))
  const row = identity.kind === 'user' ? await findUserById(context.deps.store.db, identity.id) : undefined
  if (row === undefined) return { identity, user: null }
  const { name, source, display_name: displayName, email } = row
  return { identity, user: { name, source, displayName, email } }
})
