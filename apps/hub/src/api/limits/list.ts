import { holdsFor, toSetLimits } from '../../access/set-limits.ts'
import { listClusterTargets } from '../../store/cluster-target.ts'
import { type LimitsRow, listLimits } from '../../store/limits.ts'
import { os, whoAsks } from '../context.ts'
import { judge } from '../rights.ts'

/** Limits that the asker may list, and those that hold for them: a refusal names them anyway. */
export const list = os.limits.list.handler(async ({ context, input: { kind, name } }) => {
  const { deps } = context
  const who = whoAsks(context)
  const all = judge(deps, who, { verb: 'list', resource: 'limits' }).allowed
  const clusters = new Map((await listClusterTargets(deps.store.db)).map(cluster => [cluster.id, cluster]))
  const isSeen = (row: LimitsRow): boolean => {
    if (all) return true
    if (row.cluster_id === null) return holdsFor(row, who, deps.policy.current())
    const cluster = clusters.get(row.cluster_id)
    if (cluster === undefined) return false
    return (
      judge(deps, who, { verb: 'get', resource: 'clusters', cluster }).allowed ||
      judge(deps, who, { verb: 'list', resource: 'limits', cluster }).allowed
    )
  }
  const rows = (await listLimits(deps.store.db))
    .filter(row => kind === undefined || row.kind === kind)
    .filter(row => name === undefined || row.name === name || row.cluster_id === name)
  return { items: rows.filter(isSeen).map(toSetLimits) }
})
