import { capabilitiesOf } from '../../clusters/cluster.ts'
import { findClusterRow } from '../../clusters/find.ts'
import { os } from '../context.ts'

export const capabilities = os.clusters.capabilities.handler(async ({ context, input }) => ({
  items: capabilitiesOf(await findClusterRow(context.deps, input.cluster)),
}))
