import { KUBERNETES_VERSION } from '../programs.ts'
import type { Flavour } from './flavour.ts'

/** A cluster made with kubeadm on one's own machines: no cloud, no topology. */
export const kubeadm: Flavour = {
  name: 'kubeadm',
  versionSuffix: '',
  region: '',
  zones: [''],
  instanceTypes: [{ name: '', cpu: 8, memoryGi: 32 }],
  osImage: 'Ubuntu 24.04.3 LTS',
  kernel: '6.8.0-86-generic',
  runtime: 'containerd://2.1.4',
  topology: false,
  evidence: ['ConfigMap kube-system/kubeadm-config', 'annotation kubeadm.alpha.kubernetes.io/cri-socket'],
  node: ({ cluster, index }) => ({
    name: index === 0 ? `${cluster}-master-1` : `${cluster}-worker-${index}`,
    labels: index === 0 ? { 'node-role.kubernetes.io/control-plane': '' } : {},
    annotations: { 'kubeadm.alpha.kubernetes.io/cri-socket': 'unix:///run/containerd/containerd.sock' },
    ...(index === 0 && { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] }),
  }),
  objects: cluster => [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kubeadm-config', namespace: 'kube-system' },
      data: {
        ClusterConfiguration: [
          'apiVersion: kubeadm.k8s.io/v1beta4',
          'kind: ClusterConfiguration',
          `clusterName: ${cluster}`,
          `kubernetesVersion: ${KUBERNETES_VERSION}`,
          'networking:',
          '  podSubnet: 10.244.0.0/16',
          '  serviceSubnet: 10.96.0.0/12',
          '',
        ].join('\n'),
      },
    },
  ],
}
