import { listIssuers } from '../../store/issuers.ts'
import { hasUsers } from '../../store/users.ts'
import { os } from '../context.ts'

export const ways = os.signIn.ways.handler(async ({ context: { deps } }) => {
  const issuers = await listIssuers(deps.store.db)
  return {
    users: issuers.length > 0 || (await hasUsers(deps.store.db)),
    issuers: issuers.map(({ name, options }) => ({
      name,
      label: options.label === '' ? name : options.label,
      start: `/auth/${name}/start`,
    })),
  }
})
