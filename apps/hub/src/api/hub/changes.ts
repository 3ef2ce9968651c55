import type { Change } from '@moorage/contract/hub.ts'
import { seesRoleRequest } from '../../access/role-requests.ts'
import { findClusterTarget } from '../../store/cluster-target.ts'
import { type ApiContext, os, whoAsks } from '../context.ts'
import { visibleIn } from '../rights.ts'

/** Whether the asker may know of a change. Of a cluster that is gone nobody can say whose it was, so it is told by id alone. */
async function tell(context: ApiContext, change: Change): Promise<Change | null> {
  if (change.type === 'role-request') {
    return (await seesRoleRequest(context.deps, whoAsks(context), change.name)) ? change : null
  }
  if (change.cluster === '') return change
  if (change.type === 'gone') return { ...change, name: '' }
  const cluster = await findClusterTarget(context.deps.store.db, change.cluster)
  if (cluster === undefined) return null
  return visibleIn(context, { verb: 'list', resource: 'clusters' }, cluster) === null ? null : change
}

/** Changes from now on of what the asker may see, until the request's signal aborts. */
export const changes = os.hub.changes.handler(async function* ({ context, signal }): AsyncGenerator<Change, void> {
  const { kind } = whoAsks(context)
  for await (const change of context.deps.changes.subscribe(signal ?? AbortSignal.abort())) {
    const told = kind === 'token' ? change : await tell(context, change)
    if (told !== null) yield told
  }
})
