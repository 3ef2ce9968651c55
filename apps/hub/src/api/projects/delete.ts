import { removeProject } from '../../access/projects.ts'
import { os, whoAsks } from '../context.ts'

export const deleteProject = os.projects.delete.handler(async ({ context, input: { project } }) => {
  await removeProject(context.deps, project, whoAsks(context))
  return { deleted: project }
})
