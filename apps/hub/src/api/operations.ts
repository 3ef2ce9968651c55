import type { AnyProcedure } from '@orpc/server'
import { changes } from './hub/changes.ts'
import { info } from './hub/info.ts'
import { whoami } from './hub/whoami.ts'
import { create as createSession } from './sessions/create.ts'
import { end as endSession } from './sessions/end.ts'
import { create as createToken } from './tokens/create.ts'
import { list as listTokens } from './tokens/list.ts'
import { revoke as revokeToken } from './tokens/revoke.ts'

/** Every operation by its route's name. A test fails when a route of the contract is missing. */
export const operations: Readonly<Record<string, AnyProcedure>> = {
  'hub.info': info,
  'hub.whoami': whoami,
  'hub.changes': changes,
  'tokens.list': listTokens,
  'tokens.create': createToken,
  'tokens.revoke': revokeToken,
  'sessions.create': createSession,
  'sessions.end': endSession,
}
