import { previewImport as preview } from '../../agents/preview-import.ts'
import { os } from '../context.ts'

export const previewImport = os.clusters.previewImport.handler(({ context, input }) => preview(context.deps, input))
