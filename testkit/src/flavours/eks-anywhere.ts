import { definition } from './custom-resource.ts'
import type { Flavour } from './flavour.ts'
import { uuid } from './node.ts'

const GROUP = 'anywhere.eks.amazonaws.com'

/** EKS Anywhere on vSphere: the version suffix of EKS, but its own CRDs and vSphere's providerID. */
export const eksAnywhere: Flavour = {
  name: 'eks-anywhere',
  versionSuffix: '-eks-5f3b2c7',
  region: 'dc-frankfurt',
  zones: ['rack-1', 'rack-2'],
  instanceTypes: [{ name: 'vsphere-vm.cpu-4.mem-16gb.os-bottlerocket', cpu: 4, memoryGi: 16 }],
  osImage: 'Bottlerocket OS 1.48.0 (vmware-k8s-1.36)',
  kernel: '6.12.48',
  runtime: 'containerd://2.1.4+bottlerocket',
  topology: true,
  evidence: ['API group anywhere.eks.amazonaws.com', 'gitVersion contains -eks-', 'providerID vsphere://…'],
  node: ({ cluster, index, id }) => {
    const controlPlane = index === 0
    return {
      name: `${cluster}-${controlPlane ? 'cp' : 'md-0'}-${id.slice(0, 5)}`,
      labels: controlPlane
        ? { 'node-role.kubernetes.io/control-plane': '' }
        : { 'node.cluster.x-k8s.io/esxi-host': `esx-${1 + (index % 3)}.example.internal` },
      annotations: {
        'cluster.x-k8s.io/cluster-name': cluster,
        'cluster.x-k8s.io/cluster-namespace': 'eksa-system',
      },
      providerID: `vsphere://${uuid(id)}`,
    }
  },
  objects: cluster => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'eksa-system' } },
    definition(GROUP, 'v1alpha1', 'Cluster', 'clusters', 'Namespaced'),
    definition(GROUP, 'v1alpha1', 'VSphereDatacenterConfig', 'vspheredatacenterconfigs', 'Namespaced'),
    {
      apiVersion: `${GROUP}/v1alpha1`,
      kind: 'Cluster',
      metadata: { name: cluster, namespace: 'default' },
      spec: { kubernetesVersion: '1.36', datacenterRef: { kind: 'VSphereDatacenterConfig', name: cluster } },
    },
    {
      apiVersion: `${GROUP}/v1alpha1`,
      kind: 'VSphereDatacenterConfig',
      metadata: { name: cluster, namespace: 'default' },
      spec: { datacenter: 'Frankfurt', server: 'vcenter.example.internal' },
    },
  ],
}
