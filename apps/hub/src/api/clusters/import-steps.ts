import { importProgress } from '../../agents/progress.ts'
import { os } from '../context.ts'

export const importSteps = os.clusters.importSteps.handler(({ context, input }) =>
  importProgress(context.deps, input.cluster),
)
