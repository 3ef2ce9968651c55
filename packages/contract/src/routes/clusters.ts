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
} from '../cluster.ts'
import { ClusterRef, Name, Page, pageOf } from '../common.ts'
import { SyncState } from '../inventory.ts'
import { connectErrors, dialErrors, route } from './route.ts'

const tags = ['clusters']

export const ClusterQuery = Page.extend({
  project: Name.optional().describe('Only clusters of this project'),
  phase: Phase.optional().describe('Only clusters in this phase'),
  selector: z
    .string()
    .max(1000)
    .optional()
    .describe('Kubernetes label selector')
    .meta({ examples: ['env=prod,tier!=test'] }),
}).strict()

export const clusters = {
  list: route
    .route({
      method: 'GET',
      path: '/clusters',
      tags,
      summary: 'List clusters',
      description:
        'The clusters that the hub knows, by name. The answer is what was last stored: no cluster is asked, so it comes at once even when members are down.',
    })
    .input(ClusterQuery)
    .output(pageOf(Cluster)),
  connect: route
    .route({
      method: 'POST',
      path: '/clusters',
      tags,
      summary: 'Connect an existing cluster by kubeconfig',
      description:
        'Checks the kubeconfig first: its address, that the API server answers, its version, who the cluster is, and what the credential may do. Only when all steps pass is anything stored, and the credential only sealed. With `dryRun` nothing is stored.',
      successStatus: 201,
      successDescription: 'The cluster was connected, or, on a dry run, could be',
    })
    .meta({ errors: [...connectErrors, 'name_taken', 'cluster_exists'] })
    .input(ConnectCluster)
    .output(Connected),
  get: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}',
      tags,
      summary: 'Get a cluster',
      description: 'One cluster by id or name, as it was last seen: look at `lastSeen` and the conditions.',
    })
    .input(ClusterRef.strict())
    .output(Cluster),
  update: route
    .route({
      method: 'PATCH',
      path: '/clusters/{cluster}',
      tags,
      summary: 'Change name, project, labels or mode',
      description:
        'What is left out stays as it is. Labels are merged; a label of null is removed. Before the mode is raised to full, the cluster is asked whether the credential may do what that needs.',
    })
    .meta({ errors: ['name_taken', ...dialErrors] })
    .input(ClusterRef.extend(UpdateCluster.shape).strict())
    .output(Cluster),
  replaceKubeconfig: route
    .route({
      method: 'PUT',
      path: '/clusters/{cluster}/kubeconfig',
      tags,
      summary: 'Replace the kubeconfig',
      description: 'Checks the new kubeconfig as a connect does. It must reach the same cluster, known by its UID.',
    })
    .meta({ errors: [...connectErrors, 'cluster_mismatch'] })
    .input(ClusterRef.extend(ReplaceKubeconfig.shape).strict())
    .output(Connected),
  previewDisconnect: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}/disconnect',
      tags,
      summary: 'What a disconnect would do',
      description: 'Lists what would be removed from the member, what the hub would forget, and what stays.',
    })
    .input(ClusterRef.strict())
    .output(DisconnectPreview),
  disconnect: route
    .route({
      method: 'POST',
      path: '/clusters/{cluster}/disconnect',
      tags,
      summary: 'Forget a cluster; it lives on',
      description:
        'Removes from the member every object that Moorage put there, forgets the credential, and answers with the receipt. With `force` it does not wait for a member that is gone; the receipt then lists what is owed.',
    })
    .meta({ errors: ['cluster_unreachable', 'credential_forbidden'] })
    .input(
      ClusterRef.extend({
        force: z.boolean().default(false).describe('Do not wait for a member that does not answer'),
      }).strict(),
    )
    .output(Receipt),
  delete: route
    .route({
      method: 'DELETE',
      path: '/clusters/{cluster}',
      tags,
      summary: 'Destroy a cluster that Moorage made',
      description:
        'Refused for connected and imported clusters: disconnect those. Only clusters that Moorage created or provisioned can be destroyed.',
    })
    .meta({ errors: ['delete_not_allowed'] })
    .input(ClusterRef.strict())
    .output(Receipt),
  capabilities: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}/capabilities',
      tags,
      summary: 'What the cluster allows now, and why not',
      description: 'Computed from how the cluster is connected, where it came from, its mode and its phase.',
    })
    .input(ClusterRef.strict())
    .output(z.object({ items: z.array(Capability) })),
  sync: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}/sync',
      tags: ['inventory'],
      summary: 'How far the inventory has come',
      description:
        'The state of each kind that the hub reads. `complete` once each was listed, or can not be read at all.',
    })
    .input(ClusterRef.strict())
    .output(z.object({ complete: z.boolean(), kinds: z.array(SyncState) })),
}
