import { toSessionEntry } from '../../access/sessions.ts'
import { listSessions } from '../../store/sessions.ts'
import { os, whoAsks } from '../context.ts'
import { judge } from '../rights.ts'

/** Everybody's for who may list sessions; to others, and where they ask so, their own. */
export const list = os.sessions.list.handler(async ({ context, input }) => {
  const { deps, authenticated } = context
  const who = whoAsks(context)
  const all = input.own !== true && judge(deps, who, { verb: 'list', resource: 'sessions' }).allowed
  const own = who.kind === 'user' ? { userId: who.id } : { tokenId: who.id }
  const rows = await listSessions(deps.store.db, { now: deps.now(), ...(!all && own) })
  const current = authenticated?.via.kind === 'session' ? authenticated.via.sessionId : null
  return { items: rows.map(row => toSessionEntry(row, current)) }
})
