import { previewRemoval as preview } from '../../access/projects.ts'
import { os } from '../context.ts'
import { requireVisibleCluster } from '../rights.ts'

export const previewRemoval = os.projects.previewRemoval.handler(async ({ context, input: { project, cluster } }) => {
  const { deps } = context
  return preview(project, await requireVisibleCluster(context, cluster), deps.policy.current(), deps.now())
})
