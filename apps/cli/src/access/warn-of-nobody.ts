import type { Subject } from '@moorage/contract/access.ts'
import type { Hub } from '../hub/open.ts'
import { type Io, note } from '../io.ts'

const LISTS = {
  user: (api: Hub['api'], call: { signal: AbortSignal }) => api.users.list(undefined, call),
  'service-account': (api: Hub['api'], call: { signal: AbortSignal }) => api.serviceAccounts.list(undefined, call),
}

/** Says who of those that were named is not there: it may be a slip of the pen. Groups may be an issuer's. */
export async function warnOfNobody(io: Io, { api }: Hub, named: readonly Subject[]): Promise<void> {
  for (const kind of ['user', 'service-account'] as const) {
    const names = named.filter(subject => subject.kind === kind).map(({ name }) => name)
    if (names.length === 0) continue
    // Not everybody who may give out rights may list people.
    const found = await LISTS[kind](api, { signal: io.signal }).catch(() => null)
    const missing = found === null ? [] : names.filter(name => !found.items.some(item => item.name === name))
    if (missing.length > 0) note(io, `There is no ${kind} ${missing.join(', ')} now: it counts once there is.`)
  }
}
