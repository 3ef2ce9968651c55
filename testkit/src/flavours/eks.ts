import type { Flavour } from './flavour.ts'

/** Amazon EKS: version suffix, providerID and nodegroup labels. */
export const eks: Flavour = {
  name: 'eks',
  versionSuffix: '-eks-3a2f1b9',
  region: 'eu-west-1',
  zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
  instanceTypes: [
    { name: 'm7i.xlarge', cpu: 4, memoryGi: 16 },
    { name: 'r7i.xlarge', cpu: 4, memoryGi: 32 },
  ],
  osImage: 'Amazon Linux 2023.9.20261020',
  kernel: '6.12.46-66.121.amzn2023.x86_64',
  runtime: 'containerd://2.1.4',
  topology: true,
  evidence: ['gitVersion contains -eks-', 'providerID aws:///zone/i-…', 'label eks.amazonaws.com/nodegroup'],
  node: ({ cluster, index, zone, type, id }) => ({
    name: `ip-10-0-${index >> 7}-${10 + (index & 127)}.eu-west-1.compute.internal`,
    labels: {
      'alpha.eksctl.io/cluster-name': cluster,
      'alpha.eksctl.io/nodegroup-name': type.name.startsWith('r') ? 'memory' : 'general',
      'eks.amazonaws.com/nodegroup': type.name.startsWith('r') ? 'memory' : 'general',
      'eks.amazonaws.com/nodegroup-image': `ami-0${id.slice(0, 16)}`,
      'eks.amazonaws.com/capacityType': index % 4 === 3 ? 'SPOT' : 'ON_DEMAND',
      'k8s.io/cloud-provider-aws': id.slice(16, 48),
      'topology.k8s.aws/zone-id': `euw1-az${'abc'.indexOf(zone.slice(-1)) + 1}`,
    },
    providerID: `aws:///${zone}/i-0${id.slice(0, 16)}`,
  }),
  objects: () => [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'aws-auth', namespace: 'kube-system' },
      data: {
        mapRoles: '- groups: [system:bootstrappers, system:nodes]\n  username: system:node:{{EC2PrivateDNSName}}\n',
      },
    },
  ],
}
