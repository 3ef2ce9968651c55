import { openBody } from '../../bodies/bodies.ts'
import { MoorageError } from '../../errors.ts'
import { findAuditBody } from '../../store/audit-bodies.ts'
import { findClusterTarget } from '../../store/cluster-target.ts'
import { os, whoAsks } from '../context.ts'
import { judge } from '../rights.ts'

const unknown = (request: string) =>
  new MoorageError('not_found', `There is no body of the request ${JSON.stringify(request)}.`, {
    fix: 'Bodies are kept of changes in clusters whose policy says so ("moorage cluster audit-bodies").',
  })

/** To whoever may read the lines of where it was sent; to others there is none. */
export const get = os.auditBodies.get.handler(async ({ context, input: { request } }) => {
  const { deps } = context
  const row = await findAuditBody(deps.store.db, request)
  if (row === undefined) throw unknown(request)
  const cluster = await findClusterTarget(deps.store.db, row.cluster_id)
  const namespace = row.namespace ?? undefined
  const asked = { verb: 'get', resource: 'audit', cluster, namespace } as const
  if (!judge(deps, whoAsks(context), asked).allowed) throw unknown(request)
  return openBody(deps.sealer, row)
})
