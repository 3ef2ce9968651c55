import type { AgentOptions, ImportProvider } from '@moorage/contract/agent.ts'
import { AGENT_NAME } from '@moorage/removal/own-objects.ts'
import type { ManifestObject } from './manifest-object.ts'

/** The image's own user. OpenShift gives each namespace a range of its own and refuses others. */
const USER = 65532

export interface DeploymentInput {
  metadata: ManifestObject['metadata']
  labels: Record<string, string>
  options: AgentOptions
  provider: ImportProvider
  image: string
  /** Of the configuration: where it changes, pods are replaced. */
  checksum: string
}

/** The agent's Deployment. It satisfies the Pod Security level `restricted`. */
export function deployment({ metadata, labels, options, provider, image, checksum }: DeploymentInput): ManifestObject {
  const { replicas, tolerations, imagePullSecret } = options
  const matchLabels = {
    'app.kubernetes.io/name': AGENT_NAME,
    'moorage.dev/instance': labels['moorage.dev/instance'] ?? '',
  }
  const user = provider === 'openshift' ? {} : { runAsUser: USER, runAsGroup: USER }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas,
      selector: { matchLabels },
      // The new pod is there before the old one goes, so a change of mode or version is no outage.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels, annotations: { 'moorage.dev/configuration': checksum } },
        spec: {
          serviceAccountName: AGENT_NAME,
          automountServiceAccountToken: true,
          enableServiceLinks: false,
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          securityContext: { runAsNonRoot: true, ...user, seccompProfile: { type: 'RuntimeDefault' } },
          ...(imagePullSecret === undefined ? {} : { imagePullSecrets: [{ name: imagePullSecret }] }),
          ...(tolerations.length === 0 ? {} : { tolerations }),
          affinity: {
            podAntiAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                {
                  weight: 100,
                  podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels } },
                },
              ],
            },
          },
          containers: [
            {
              name: 'agent',
              image,
              env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
              // Memory: 160 MB at 5,000 nodes and 20,000 pods, with room for requests under way.
              resources: { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '320Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              volumeMounts: [{ name: 'configuration', mountPath: '/etc/moorage', readOnly: true }],
            },
          ],
          volumes: [{ name: 'configuration', configMap: { name: AGENT_NAME } }],
        },
      },
    },
  }
}
