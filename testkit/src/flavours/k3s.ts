import type { Flavour } from './flavour.ts'

/** k3s: version suffix, its own providerID and annotations. */
export const k3s: Flavour = {
  name: 'k3s',
  versionSuffix: '+k3s1',
  region: '',
  zones: [''],
  instanceTypes: [{ name: 'k3s', cpu: 4, memoryGi: 8 }],
  osImage: 'Debian GNU/Linux 13 (trixie)',
  kernel: '6.12.48+deb13-amd64',
  runtime: 'containerd://2.1.4-k3s1',
  topology: false,
  evidence: ['gitVersion contains +k3s', 'providerID k3s://…', 'annotation k3s.io/hostname'],
  node: ({ cluster, index, id }) => {
    const name = index === 0 ? `${cluster}-server-0` : `${cluster}-agent-${index - 1}`
    return {
      name,
      labels: {
        'node.kubernetes.io/instance-type': 'k3s',
        'beta.kubernetes.io/instance-type': 'k3s',
        ...(index === 0 && { 'node-role.kubernetes.io/control-plane': 'true' }),
      },
      annotations: {
        'k3s.io/hostname': name,
        'k3s.io/internal-ip': `192.168.1.${10 + (index % 240)}`,
        'k3s.io/node-config-hash': id.slice(0, 52).toUpperCase(),
      },
      providerID: `k3s://${name}`,
    }
  },
  objects: () => [],
}
