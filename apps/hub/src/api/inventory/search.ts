import { searchInventory } from '../../inventory/search.ts'
import { os } from '../context.ts'
import { visibleClusters } from '../rights.ts'

/** Searches the clusters whose inventory the asker may list. */
export const search = os.inventory.search.handler(async ({ context, input }) =>
  searchInventory(context.deps, input, await visibleClusters(context, { verb: 'list', resource: 'inventory' })),
)
