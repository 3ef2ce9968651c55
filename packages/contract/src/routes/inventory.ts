import { ClusterRef, pageOf } from '../common.ts'
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
  Workload,
  WorkloadQuery,
} from '../inventory.ts'
import { route } from './route.ts'

const tags = ['inventory']

export const inventory = {
  nodes: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}/nodes',
      tags,
      summary: 'List nodes',
      description: 'The nodes of a cluster with capacity, what pods request of it, and the newest use where known.',
    })
    .input(ClusterRef.extend(NodeQuery.shape).strict())
    .output(pageOf(Node)),
  workloads: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}/workloads',
      tags,
      summary: 'List workloads',
      description: 'Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs and CronJobs, by namespace and name.',
    })
    .input(ClusterRef.extend(WorkloadQuery.shape).strict())
    .output(pageOf(Workload)),
  objects: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}/objects',
      tags,
      summary: 'List objects of the inventory',
      description: 'Rows of any kind that the inventory holds. They carry no object’s spec and no Secret.',
    })
    .input(ClusterRef.extend(ObjectQuery.shape).strict())
    .output(pageOf(InventoryObject)),
  events: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}/events',
      tags,
      summary: 'List events, newest first',
      description: 'Kubernetes events of a cluster, kept for 7 days rather than Kubernetes’ one hour.',
    })
    .input(ClusterRef.extend(EventQuery.shape).strict())
    .output(pageOf(Event)),
  metrics: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}/metrics',
      tags,
      summary: 'CPU and memory over time',
      description:
        'What metrics.k8s.io reported: points every 15 s for the last hour, every 5 min for 7 days. `available` is false where the cluster has no metrics-server.',
    })
    .input(ClusterRef.extend(MetricsQuery.shape).strict())
    .output(Metrics),
  search: route
    .route({
      method: 'GET',
      path: '/search',
      tags,
      summary: 'Search the whole fleet',
      description:
        'Fields are kind, status, image, ns, cluster, node, name and label; a minus negates a term; quotes keep spaces together; other words are looked for in names. Several values of one field are alternatives.',
    })
    .meta({ errors: ['invalid_search'] })
    .input(SearchQuery.strict())
    .output(pageOf(InventoryObject)),
}
