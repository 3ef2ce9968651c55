import { writeProject } from '../../access/projects.ts'
import { os, whoAsks } from '../context.ts'

export const put = os.projects.put.handler(({ context, input: { project, ...rest } }) =>
  writeProject(context.deps, { name: project, ...rest }, whoAsks(context)),
)
