import { previewDisconnect as preview } from '../../clusters/preview-disconnect.ts'
import { os } from '../context.ts'

export const previewDisconnect = os.clusters.previewDisconnect.handler(({ context, input }) =>
  preview(context.deps, input.cluster),
)
