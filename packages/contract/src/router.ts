import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import {
  Capability,
  Cluster,
  ConnectCluster,
  Connected,
  DisconnectPreview,
  Phase,
  Receipt,
  ReplaceKubeconfig,
  UpdateCluster,
} from './cluster.ts'
import { ClusterRef, Name, Page, pageOf } from './common.ts'
import { Change, CreatedToken, CreateToken, HubInfo, Identity, Token } from './hub.ts'
import {
  Event,
  EventQuery,
  InventoryObject,
  Metrics,
  MetricsQuery,
  Node,
  NodeQuery,
  ObjectQuery,
  SearchQuery,
  SyncState,
  Workload,
  WorkloadQuery,
} from './inventory.ts'

const ClusterQuery = Page.extend({
  project: Name.optional(),
  phase: Phase.optional(),
  selector: z.string().max(1000).optional().describe('Kubernetes label selector, such as env=prod,tier!=test'),
})

/** The whole API. Paths are below `/api/v1`. */
export const router = {
  clusters: {
    list: oc
      .route({ method: 'GET', path: '/clusters', tags: ['clusters'], summary: 'List clusters' })
      .input(ClusterQuery)
      .output(pageOf(Cluster)),
    connect: oc
      .route({
        method: 'POST',
        path: '/clusters',
        tags: ['clusters'],
        summary: 'Connect an existing cluster by kubeconfig',
        successStatus: 201,
      })
      .input(ConnectCluster)
      .output(Connected),
    get: oc
      .route({ method: 'GET', path: '/clusters/{cluster}', tags: ['clusters'], summary: 'Get a cluster' })
      .input(ClusterRef)
      .output(Cluster),
    update: oc
      .route({
        method: 'PATCH',
        path: '/clusters/{cluster}',
        tags: ['clusters'],
        summary: 'Change name, project, labels or mode',
      })
      .input(ClusterRef.extend(UpdateCluster.shape).strict())
      .output(Cluster),
    replaceKubeconfig: oc
      .route({
        method: 'PUT',
        path: '/clusters/{cluster}/kubeconfig',
        tags: ['clusters'],
        summary: 'Replace the kubeconfig; it must reach the same cluster',
      })
      .input(ClusterRef.extend(ReplaceKubeconfig.shape).strict())
      .output(Connected),
    previewDisconnect: oc
      .route({
        method: 'GET',
        path: '/clusters/{cluster}/disconnect',
        tags: ['clusters'],
        summary: 'What a disconnect would do',
      })
      .input(ClusterRef)
      .output(DisconnectPreview),
    disconnect: oc
      .route({
        method: 'POST',
        path: '/clusters/{cluster}/disconnect',
        tags: ['clusters'],
        summary: 'Forget a cluster; it lives on',
      })
      .input(ClusterRef.extend({ force: z.boolean().default(false) }).strict())
      .output(Receipt),
    delete: oc
      .route({
        method: 'DELETE',
        path: '/clusters/{cluster}',
        tags: ['clusters'],
        summary: 'Destroy a cluster that Moorage made',
      })
      .input(ClusterRef)
      .output(Receipt),
    capabilities: oc
      .route({
        method: 'GET',
        path: '/clusters/{cluster}/capabilities',
        tags: ['clusters'],
        summary: 'What the cluster allows now, and why not',
      })
      .input(ClusterRef)
      .output(z.object({ items: z.array(Capability) })),
    sync: oc
      .route({
        method: 'GET',
        path: '/clusters/{cluster}/sync',
        tags: ['inventory'],
        summary: 'How far the inventory has come',
      })
      .input(ClusterRef)
      .output(z.object({ complete: z.boolean(), kinds: z.array(SyncState) })),
  },
  inventory: {
    nodes: oc
      .route({ method: 'GET', path: '/clusters/{cluster}/nodes', tags: ['inventory'], summary: 'List nodes' })
      .input(ClusterRef.extend(NodeQuery.shape))
      .output(pageOf(Node)),
    workloads: oc
      .route({ method: 'GET', path: '/clusters/{cluster}/workloads', tags: ['inventory'], summary: 'List workloads' })
      .input(ClusterRef.extend(WorkloadQuery.shape))
      .output(pageOf(Workload)),
    objects: oc
      .route({
        method: 'GET',
        path: '/clusters/{cluster}/objects',
        tags: ['inventory'],
        summary: 'List objects of the inventory',
      })
      .input(ClusterRef.extend(ObjectQuery.shape))
      .output(pageOf(InventoryObject)),
    events: oc
      .route({
        method: 'GET',
        path: '/clusters/{cluster}/events',
        tags: ['inventory'],
        summary: 'List events, newest first',
      })
      .input(ClusterRef.extend(EventQuery.shape))
      .output(pageOf(Event)),
    metrics: oc
      .route({
        method: 'GET',
        path: '/clusters/{cluster}/metrics',
        tags: ['inventory'],
        summary: 'CPU and memory over time',
      })
      .input(ClusterRef.extend(MetricsQuery.shape))
      .output(Metrics),
    search: oc
      .route({ method: 'GET', path: '/search', tags: ['inventory'], summary: 'Search the whole fleet' })
      .input(SearchQuery)
      .output(pageOf(InventoryObject)),
  },
  hub: {
    info: oc.route({ method: 'GET', path: '/info', tags: ['hub'], summary: 'About this hub' }).output(HubInfo),
    whoami: oc
      .route({ method: 'GET', path: '/whoami', tags: ['hub'], summary: 'Who the hub takes you for' })
      .output(Identity),
    changes: oc
      .route({ method: 'GET', path: '/changes', tags: ['hub'], summary: 'Follow changes as server-sent events' })
      .output(eventIterator(Change)),
    receipts: oc
      .route({
        method: 'GET',
        path: '/receipts',
        tags: ['clusters'],
        summary: 'Receipts of clusters that were disconnected in the last 72 h',
      })
      .input(Page)
      .output(pageOf(Receipt)),
  },
  tokens: {
    list: oc
      .route({ method: 'GET', path: '/tokens', tags: ['tokens'], summary: 'List tokens' })
      .input(Page)
      .output(pageOf(Token)),
    create: oc
      .route({ method: 'POST', path: '/tokens', tags: ['tokens'], summary: 'Make a token', successStatus: 201 })
      .input(CreateToken)
      .output(CreatedToken),
    revoke: oc
      .route({ method: 'DELETE', path: '/tokens/{id}', tags: ['tokens'], summary: 'Revoke a token' })
      .input(z.object({ id: z.string() }))
      .output(z.object({ revoked: z.string() })),
  },
}
