import { visibleProjects } from '../../access/projects.ts'
import { os, whoAsks } from '../context.ts'
import { visibleClusters } from '../rights.ts'

/** Lists the projects that the asker may see. */
export const list = os.projects.list.handler(async ({ context }) => {
  const { deps } = context
  const visible = await visibleClusters(context, { verb: 'list', resource: 'clusters' })
  const seen = visible === null ? null : new Set(visible.map(({ id }) => id))
  const sight = { who: whoAsks(context), policy: deps.policy.current(), now: deps.now(), seen }
  return { items: await visibleProjects(deps, sight) }
})
