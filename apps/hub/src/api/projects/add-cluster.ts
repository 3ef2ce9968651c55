import { addCluster as add } from '../../access/projects.ts'
import { os, whoAsks } from '../context.ts'

export const addCluster = os.projects.addCluster.handler(({ context, input: { project, cluster } }) =>
  add(context.deps, project, cluster, whoAsks(context)),
)
