import { migrateCluster } from '../../agents/migrate.ts'
import { os } from '../context.ts'

export const migrate = os.clusters.migrate.handler(({ context, input: { cluster, ...wanted } }) =>
  migrateCluster(context.deps, cluster, wanted),
)
