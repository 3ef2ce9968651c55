import { z } from 'zod'
import {
  AgentManifest,
  AgentOptions,
  ConnectionEvent,
  ImportCluster,
  Imported,
  ImportPreview,
  ImportProgress,
  MigrateCluster,
  PreviewImport,
  ProofReport,
} from '../agent.ts'
import {
  Capability,
  Cluster,
  ConnectCluster,
  Connected,
  DisconnectPreview,
  Mode,
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
        'Checks the kubeconfig first: its address, that the API server answers, its version, who the cluster is, and what the credential may do. Only when all steps pass is anything stored, and the credential only sealed. With `dryRun` nothing is stored. With `Accept: text/event-stream` each step is told as it passes, and what failed after the first one is told in the stream.',
      successStatus: 201,
      successDescription: 'The cluster was connected, or, on a dry run, could be',
    })
    .meta({ errors: [...connectErrors, 'name_taken', 'cluster_exists', 'too_much_power'], live: 'LiveCheck' })
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
    .meta({ errors: ['name_taken', 'not_this_connection', 'capability_missing', 'too_much_power', ...dialErrors] })
    .input(ClusterRef.extend(UpdateCluster.shape).strict())
    .output(Cluster),
  replaceKubeconfig: route
    .route({
      method: 'PUT',
      path: '/clusters/{cluster}/kubeconfig',
      tags,
      summary: 'Replace the kubeconfig',
      description:
        'Checks the new kubeconfig as a connect does. It must reach the same cluster, known by its UID. A cluster that was connected by its agent moves to the kubeconfig: its agent removes itself, and history, labels and name stay. With `Accept: text/event-stream` each step is told as it passes, and what failed after the first one is told in the stream.',
    })
    .meta({
      errors: [...connectErrors, 'cluster_mismatch', 'not_this_connection', 'capability_missing'],
      live: 'LiveCheck',
    })
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
        'Removes from the member every object that Moorage put there, forgets the credential, ends the bindings that name the cluster, and answers with the receipt. With `force` it does not wait for a member that is gone; the receipt then lists what is owed.',
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
  import: route
    .route({
      method: 'POST',
      path: '/imports',
      tags,
      summary: 'Import an existing cluster by agent',
      description:
        'Makes a join token and the manifest of an agent for the cluster’s owner to apply. The cluster is Pending until its agent has joined. With the name of a known cluster whose agent is gone, it is adopted: what is known of it stays.',
      successStatus: 201,
      successDescription: 'The manifest can be applied',
    })
    .meta({ errors: ['name_taken', 'proxy_not_allowed', 'not_this_connection', 'too_much_power'] })
    .input(ImportCluster)
    .output(Imported),
  previewImport: route
    .route({
      method: 'GET',
      path: '/imports/preview',
      tags,
      summary: 'What an import would make, and which rights it needs',
      description:
        'Says in words what the manifest of an import would create and what the agent may do then, and whether the name can be used. Nothing is stored and no token is made.',
    })
    .meta({ errors: ['name_taken', 'not_this_connection'] })
    .input(PreviewImport)
    .output(ImportPreview),
  renewImport: route
    .route({
      method: 'POST',
      path: '/clusters/{cluster}/import',
      tags,
      summary: 'Another join token for an import',
      description:
        'For an import whose token ran out, was spent or got lost: the same manifest, in the same mode and with the same options, with a new token. The one before can not be used any more.',
      successStatus: 201,
      successDescription: 'The manifest can be applied',
    })
    .meta({ errors: ['not_this_connection', 'capability_missing'] })
    .input(ClusterRef.extend({ ttlSeconds: ImportCluster.shape.ttlSeconds }).strict())
    .output(Imported),
  importSteps: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}/import',
      tags,
      summary: 'How far an import has come',
      description: 'Each step, when it was reached, and the likely causes where one waits for long or failed.',
    })
    .meta({ errors: ['not_this_connection'] })
    .input(ClusterRef.strict())
    .output(ImportProgress),
  migrate: route
    .route({
      method: 'POST',
      path: '/clusters/{cluster}/migrate',
      tags,
      summary: 'The manifest of the other mode',
      description:
        'Answers with the manifest for the cluster’s owner to apply. The mode changes when the agent’s new rights are observed, never before.',
    })
    .meta({ errors: ['not_this_connection', 'capability_missing', 'proxy_not_allowed'] })
    .input(ClusterRef.extend(MigrateCluster.shape).strict())
    .output(AgentManifest),
  reconnectByAgent: route
    .route({
      method: 'POST',
      path: '/clusters/{cluster}/agent',
      tags,
      summary: 'Move a cluster from its kubeconfig to an agent',
      description:
        'Answers with the manifest of an agent. The connection changes once the agent of the same cluster (UID) has joined; history, labels and name stay, and the kubeconfig is forgotten then.',
      successStatus: 201,
      successDescription: 'The manifest can be applied',
    })
    .meta({ errors: ['not_this_connection', 'capability_missing', 'proxy_not_allowed'] })
    .input(
      ClusterRef.extend({
        mode: Mode.optional(),
        agent: AgentOptions.prefault({}),
        ttlSeconds: ImportCluster.shape.ttlSeconds,
      }).strict(),
    )
    .output(Imported),
  connectionEvents: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}/connections',
      tags,
      summary: 'What happened to the cluster’s connections',
      description:
        'Openings and closings of the agent’s tunnels with their reasons, newest first. Kept for 7 days, at most 1,000.',
    })
    .input(ClusterRef.extend({ limit: z.coerce.number().int().min(1).max(1000).default(100) }).strict())
    .output(z.object({ items: z.array(ConnectionEvent) })),
  prove: route
    .route({
      method: 'POST',
      path: '/clusters/{cluster}/prove',
      tags,
      summary: 'Try what the mode forbids',
      description:
        'Runs a fixed list of forbidden requests for real, as dry runs where they would do harm, against each wall alone: the hub’s, the agent’s, the API server’s. The report is signed.',
    })
    .meta({ errors: ['not_this_connection', 'capability_missing', 'agent_disconnected', ...dialErrors] })
    .input(ClusterRef.strict())
    .output(ProofReport),
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
