import {
  all,
  annotation,
  group,
  kubeadmConfig,
  label,
  labelPrefix,
  nodeName,
  nodesUnreadable,
  oneNode,
  osImage,
  providerId,
  type Signal,
  version,
} from './detect-signals.ts'

/** One answer for the distribution and what leads to it: any one of `signs` is enough, all that are seen are shown. */
export interface DistributionRule {
  distribution: string
  signs: readonly Signal[]
}

/**
 * The rules for the distribution. The first that holds wins, so the order
 * matters: EKS Anywhere also says “-eks-”, most clouds also show what is lower down.
 */
export const distributionRules: readonly DistributionRule[] = [
  { distribution: 'openshift', signs: [group('config.openshift.io'), label('node.openshift.io/os_id')] },
  {
    distribution: 'eks-anywhere',
    signs: [
      group('anywhere.eks.amazonaws.com'),
      // Workload clusters do not always carry the group.
      all(version('-eks-'), providerId(/^(vsphere|tinkerbell|docker|nutanix|cloudstack|snow):\/\//)),
    ],
  },
  {
    distribution: 'eks',
    signs: [
      all(version('-eks-'), providerId('aws:///')),
      all(version('-eks-'), nodesUnreadable),
      label('eks.amazonaws.com/nodegroup'),
      label('eks.amazonaws.com/compute-type'),
      label('alpha.eksctl.io/cluster-name'),
      providerId('eks-hybrid:///'),
    ],
  },
  { distribution: 'aks', signs: [label('kubernetes.azure.com/cluster')] },
  {
    distribution: 'gke',
    signs: [version('-gke.'), label('cloud.google.com/gke-nodepool'), label('cloud.google.com/gke-os-distribution')],
  },
  {
    distribution: 'ack',
    signs: [
      version('-aliyun.'),
      label('alibabacloud.com/nodepool-id'),
      labelPrefix('node.alibabacloud.com/'),
      providerId('alicloud://'),
      providerId(/^[a-z]+(-[a-z0-9]+)+\.i-/),
    ],
  },
  { distribution: 'harvester', signs: [label('harvesterhci.io/managed')] },
  { distribution: 'rke2', signs: [version('+rke2')] },
  { distribution: 'k3s', signs: [version('+k3s'), all(nodeName(/^k3d-/), providerId('k3s://'))] },
  { distribution: 'rke1', signs: [annotation('rke.cattle.io/external-ip'), annotation('rke.cattle.io/internal-ip')] },
  { distribution: 'k0s', signs: [version('+k0s')] },
  { distribution: 'tkg', signs: [version('+vmware.')] },
  { distribution: 'talos', signs: [osImage(/^Talos \(v/)] },
  { distribution: 'docker-desktop', signs: [all(osImage(/^Docker Desktop/), oneNode)] },
  { distribution: 'minikube', signs: [label('minikube.k8s.io/name')] },
  { distribution: 'kind', signs: [providerId('kind://')] },
  { distribution: 'microk8s', signs: [label('microk8s.io/cluster', 'true')] },
  { distribution: 'doks', signs: [labelPrefix('doks.digitalocean.com/')] },
  { distribution: 'oke', signs: [labelPrefix('oci.oraclecloud.com/'), labelPrefix('oke.oraclecloud.com/')] },
  { distribution: 'iks', signs: [version('+IKS')] },
  { distribution: 'kubeadm', signs: [kubeadmConfig, annotation('kubeadm.alpha.kubernetes.io/cri-socket')] },
  { distribution: 'capi', signs: [annotation('cluster.x-k8s.io/cluster-name')] },
]

/** How a providerID starts, and whose it then is. */
export const providerRules: readonly { provider: string; start: RegExp }[] = [
  { provider: 'aws', start: /^aws:\/\/\// },
  // A hybrid node stands in its owner’s data centre; EKS only runs its control plane.
  { provider: 'eks-hybrid', start: /^eks-hybrid:\/\/\// },
  { provider: 'azure', start: /^azure:\/\// },
  { provider: 'gcp', start: /^gce:\/\// },
  { provider: 'alibaba', start: /^(alicloud:\/\/|[a-z]+(-[a-z0-9]+)+\.i-)/ },
  { provider: 'vsphere', start: /^vsphere:\/\// },
  { provider: 'openstack', start: /^openstack:\/\// },
  { provider: 'digitalocean', start: /^digitalocean:\/\// },
  { provider: 'hetzner', start: /^hcloud:\/\// },
  { provider: 'ibm', start: /^ibm:\/\// },
  { provider: 'oci', start: /^(oci:\/\/|ocid1\.)/ },
  { provider: 'nutanix', start: /^nutanix:\/\// },
  { provider: 'tinkerbell', start: /^tinkerbell:\/\// },
  { provider: 'metal3', start: /^metal3:\/\// },
  { provider: 'kind', start: /^kind:\/\// },
  { provider: 'k3s', start: /^k3s:\/\// },
  { provider: 'byoh', start: /^byoh:\/\// },
  { provider: 'equinixmetal', start: /^equinixmetal:\/\// },
  { provider: 'docker', start: /^docker:\/\// },
  { provider: 'kwok', start: /^kwok:\/\// },
]
