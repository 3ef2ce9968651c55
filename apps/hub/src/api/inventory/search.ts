import { decide } from '../../access/decide.ts'
import { searchInventory } from '../../inventory/search.ts'
import { listClusterTargets } from '../../store/cluster-target.ts'
import { os, whoAsks } from '../context.ts'

/** Searches the clusters whose inventory the asker may list. */
export const search = os.inventory.search.handler(async ({ context, input }) => {
  const { deps } = context
  const who = whoAsks(context)
  const all = await listClusterTargets(deps.store.db)
  const visible = all.filter(cluster => decide(who, { verb: 'list', resource: 'inventory', cluster }).allowed)
  return searchInventory(deps, input, visible.length === all.length ? null : visible)
})
