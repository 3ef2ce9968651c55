import { group } from '../define.ts'
import type { Io } from '../io.ts'
import { auditBodies } from './cluster/audit-bodies.ts'
import { capabilities } from './cluster/capabilities.ts'
import { connect } from './cluster/connect.ts'
import { connections } from './cluster/connections.ts'
import { deleteCluster } from './cluster/delete.ts'
import { describe } from './cluster/describe.ts'
import { disconnect } from './cluster/disconnect.ts'
import { events } from './cluster/events.ts'
import { get } from './cluster/get.ts'
import { importCluster } from './cluster/import.ts'
import { importSteps } from './cluster/import-steps.ts'
import { label } from './cluster/label.ts'
import { list } from './cluster/list.ts'
import { migrate } from './cluster/migrate.ts'
import { nodes } from './cluster/nodes.ts'
import { objects } from './cluster/objects.ts'
import { prove } from './cluster/prove.ts'
import { receipts } from './cluster/receipts.ts'
import { reconnect } from './cluster/reconnect.ts'
import { recording } from './cluster/recording.ts'
import { rename } from './cluster/rename.ts'
import { replaceKubeconfig } from './cluster/replace-kubeconfig.ts'
import { top } from './cluster/top.ts'
import { update } from './cluster/update.ts'
import { watch } from './cluster/watch.ts'
import { workloads } from './cluster/workloads.ts'
import { limit } from './limit.ts'

/** `moorage cluster` */
export const cluster = (io: Io) =>
  group(
    'cluster',
    {
      summary: 'Connect clusters, see them, let them go',
      examples: [
        { does: 'Connect one', run: 'moorage cluster connect prod --kubeconfig ~/.kube/prod.yaml --wait' },
        { does: 'Import one by agent', run: 'moorage cluster import edge --wait' },
        { does: 'See all of them', run: 'moorage cluster list' },
        { does: 'Let one go', run: 'moorage cluster disconnect prod' },
      ],
    },
    [
      connect(io),
      importCluster(io),
      importSteps(io),
      list(io),
      get(io),
      describe(io),
      watch(io),
      nodes(io),
      workloads(io),
      objects(io),
      events(io),
      top(io),
      capabilities(io),
      label(io),
      rename(io),
      update(io),
      replaceKubeconfig(io),
      migrate(io),
      reconnect(io),
      connections(io),
      prove(io),
      recording(io),
      limit(io, 'cluster'),
      auditBodies(io),
      disconnect(io),
      deleteCluster(io),
      receipts(io),
    ],
  ).alias('clusters')
