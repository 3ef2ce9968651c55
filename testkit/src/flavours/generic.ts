import type { Flavour } from './flavour.ts'

/** Nothing that tells where it comes from, but well-known labels of region, zone and instance type. */
export const generic: Flavour = {
  name: 'generic',
  versionSuffix: '',
  region: 'eu-test-1',
  zones: ['eu-test-1a', 'eu-test-1b'],
  instanceTypes: [
    { name: 'standard-4', cpu: 4, memoryGi: 16 },
    { name: 'standard-8', cpu: 8, memoryGi: 32 },
  ],
  osImage: 'Test Linux 1',
  kernel: '6.12.0',
  runtime: 'containerd://2.1.4',
  topology: true,
  evidence: ['labels topology.kubernetes.io/region and node.kubernetes.io/instance-type; nothing else'],
  node: ({ cluster, index }) => ({
    name: `${cluster}-node-${index}`,
    labels: index === 0 ? { 'node-role.kubernetes.io/control-plane': '' } : {},
  }),
  objects: () => [],
}
