import { MoorageError } from '../../errors.ts'
import { deleteSession, listSessions } from '../../store/sessions.ts'
import { os, whoAsks } from '../context.ts'
import { judge } from '../rights.ts'

const noSession = () =>
  new MoorageError('not_found', 'There is no session with this id.', { fix: 'List the sessions to find its id.' })

export const endOne = os.sessions.endOne.handler(async ({ context, input: { id } }) => {
  const { deps } = context
  const who = whoAsks(context)
  if (!judge(deps, who, { verb: 'delete', resource: 'sessions' }).allowed) {
    const own = who.kind === 'user' ? { userId: who.id } : { tokenId: who.id }
    const mine = await listSessions(deps.store.db, { now: deps.now(), ...own })
    if (!mine.some(session => session.id === id)) throw noSession()
  }
  if ((await deleteSession(deps.store.db, id)) === undefined) throw noSession()
  await deps.live.recheck()
  return { ended: id }
})
