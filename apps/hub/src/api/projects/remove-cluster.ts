import { removeCluster as remove } from '../../access/projects.ts'
import { os, whoAsks } from '../context.ts'

export const removeCluster = os.projects.removeCluster.handler(({ context, input: { project, cluster } }) =>
  remove(context.deps, project, cluster, whoAsks(context)),
)
