import { flavours } from '@moorage/testkit/flavours/flavours.ts'
import { flavourNode } from '@moorage/testkit/flavours/node.ts'
import { describe, expect, test } from 'vitest'
import { type DetectInput, detect } from './detect.ts'
import { type NodeEvidence, nodeEvidence, rowEvidence } from './evidence.ts'
import { nodeRow } from './rows/node.ts'

const PLAIN = 'v1.36.3'

const node = (of: Partial<NodeEvidence> = {}): NodeEvidence => ({
  name: 'n1',
  labels: {},
  annotations: [],
  providerId: null,
  kubelet: PLAIN,
  osImage: 'Linux',
  ...of,
})
const input = (of: Partial<DetectInput> = {}): DetectInput => ({
  gitVersion: PLAIN,
  groups: [],
  nodes: [node()],
  ...of,
})
const labelled = (key: string, value = 'x') => input({ nodes: [node({ labels: { [key]: value } })] })
const versioned = (suffix: string) => input({ gitVersion: `${PLAIN}${suffix}` })

const distributions: [string, DetectInput, string, RegExp][] = [
  ['openshift', input({ groups: ['config.openshift.io'] }), 'openshift', /API group config\.openshift\.io/],
  ['openshift by label', labelled('node.openshift.io/os_id', 'rhcos'), 'openshift', /node\.openshift\.io\/os_id=rhcos/],
  [
    'EKS Anywhere by its group',
    input({ groups: ['anywhere.eks.amazonaws.com'], gitVersion: 'v1.33.1-eks-1' }),
    'eks-anywhere',
    /anywhere\.eks/,
  ],
  [
    'EKS Anywhere by version and providerID',
    input({ gitVersion: 'v1.33.1-eks-1', nodes: [node({ providerId: 'vsphere://42' })] }),
    'eks-anywhere',
    /-eks-.*vsphere:\/\/42/,
  ],
  [
    'EKS',
    input({ gitVersion: 'v1.33.1-eks-1', nodes: [node({ providerId: 'aws:///eu-west-1a/i-0' })] }),
    'eks',
    /v1\.33\.1-eks-1.*aws:\/\/\/eu-west-1a/,
  ],
  [
    'EKS by kubelet',
    input({ nodes: [node({ kubelet: 'v1.33.1-eks-1', providerId: 'aws:///eu-west-1a/i-0' })] }),
    'eks',
    /kubelet of node n1 says v1\.33\.1-eks-1/,
  ],
  ['EKS by node group', labelled('eks.amazonaws.com/nodegroup', 'general'), 'eks', /nodegroup=general/],
  ['EKS on Fargate', labelled('eks.amazonaws.com/compute-type', 'fargate'), 'eks', /compute-type=fargate/],
  ['EKS hybrid', input({ nodes: [node({ providerId: 'eks-hybrid:///eu-west-1/c/mi-0' })] }), 'eks', /eks-hybrid/],
  ['AKS', labelled('kubernetes.azure.com/cluster', 'MC_rg_c_westeurope'), 'aks', /MC_rg_c_westeurope/],
  ['GKE', versioned('-gke.1234'), 'gke', /-gke\./],
  ['GKE by node pool', labelled('cloud.google.com/gke-nodepool', 'default'), 'gke', /gke-nodepool=default/],
  ['ACK', versioned('-aliyun.1'), 'ack', /-aliyun\./],
  ['ACK by label', labelled('node.alibabacloud.com/instance-charge-type'), 'ack', /node\.alibabacloud\.com/],
  ['ACK by providerID', input({ nodes: [node({ providerId: 'cn-hangzhou.i-bp1' })] }), 'ack', /cn-hangzhou\.i-bp1/],
  [
    'Harvester before RKE2',
    input({ gitVersion: 'v1.33.1+rke2r1', nodes: [node({ labels: { 'harvesterhci.io/managed': 'true' } })] }),
    'harvester',
    /harvesterhci/,
  ],
  ['RKE2', versioned('+rke2r1'), 'rke2', /\+rke2/],
  ['K3s', versioned('+k3s1'), 'k3s', /\+k3s/],
  ['k3d', input({ nodes: [node({ name: 'k3d-a-0', providerId: 'k3s://k3d-a-0' })] }), 'k3s', /k3d-a-0/],
  [
    'RKE1',
    input({ nodes: [node({ annotations: ['rke.cattle.io/external-ip'] })] }),
    'rke1',
    /rke\.cattle\.io\/external-ip/,
  ],
  ['k0s', versioned('+k0s'), 'k0s', /\+k0s/],
  ['Tanzu', versioned('+vmware.1'), 'tkg', /\+vmware\./],
  ['Talos', input({ nodes: [node({ osImage: 'Talos (v1.11.0)' })] }), 'talos', /Talos \(v1\.11\.0\)/],
  ['Docker Desktop', input({ nodes: [node({ osImage: 'Docker Desktop' })] }), 'docker-desktop', /one node/],
  ['minikube', labelled('minikube.k8s.io/name', 'minikube'), 'minikube', /minikube\.k8s\.io\/name/],
  ['kind', input({ nodes: [node({ providerId: 'kind://docker/a/b' })] }), 'kind', /kind:\/\//],
  ['MicroK8s', labelled('microk8s.io/cluster', 'true'), 'microk8s', /microk8s\.io/],
  ['DOKS', labelled('doks.digitalocean.com/node-pool'), 'doks', /doks\.digitalocean\.com/],
  ['OKE', labelled('oci.oraclecloud.com/fault-domain'), 'oke', /oci\.oraclecloud\.com/],
  ['IKS', versioned('+IKS'), 'iks', /\+IKS/],
  ['kubeadm by ConfigMap', input({ kubeadmConfig: true }), 'kubeadm', /kubeadm-config/],
  [
    'kubeadm by annotation',
    input({ nodes: [node({ annotations: ['kubeadm.alpha.kubernetes.io/cri-socket'] })] }),
    'kubeadm',
    /cri-socket/,
  ],
  [
    'Cluster API',
    input({ nodes: [node({ annotations: ['cluster.x-k8s.io/cluster-name'] })] }),
    'capi',
    /cluster\.x-k8s\.io/,
  ],
]

test.each([
  [[node({ providerId: 'eks-hybrid:///eu-west-1/c/mi-0' }), node({})], true],
  [[node({ labels: { 'eks.amazonaws.com/compute-type': 'hybrid' } })], true],
  [[node({ labels: { 'eks.amazonaws.com/compute-type': 'fargate' } })], false],
  [[], null],
])('EKS Hybrid nodes are told by label or providerID', (nodes, expected) => {
  expect(detect(input({ nodes })).hybridNodes).toBe(expected)
})

test.each(distributions)('distribution: %s', (_, given, value, evidence) => {
  const { distribution } = detect(given)
  expect(distribution).toMatchObject({ value, limited: false })
  expect(distribution.evidence.join(' ')).toMatch(evidence)
})

test.each([
  ['nothing telling', input()],
  [
    'two nodes that call themselves Docker Desktop',
    input({ nodes: [node({ osImage: 'Docker Desktop' }), node({ osImage: 'Docker Desktop' })] }),
  ],
  ['EKS-D without a node that says where it is', input({ gitVersion: 'v1.33.1-eks-1' })],
  ['a MicroK8s label that says false', labelled('microk8s.io/cluster', 'false')],
  ['an AKS label that is empty', labelled('kubernetes.azure.com/cluster', '')],
])('no distribution: %s', (_, given) => {
  expect(detect(given).distribution.value).toBeNull()
})

test.each([
  ['aws:///eu-west-1a/i-0', 'aws', 'eu-west-1', 'eu-west-1a'],
  ['aws:///us-gov-west-1b/i-0', 'aws', 'us-gov-west-1', 'us-gov-west-1b'],
  ['azure:///subscriptions/s/resourceGroups/rg/providers/x', 'azure', null, null],
  ['gce://project/europe-west3-c/vm', 'gcp', 'europe-west3', 'europe-west3-c'],
  ['cn-hangzhou.i-bp1', 'alibaba', 'cn-hangzhou', null],
  ['alicloud://cn-hangzhou.i-bp1', 'alibaba', 'cn-hangzhou', null],
  ['vsphere://423', 'vsphere', null, null],
  ['openstack:///423', 'openstack', null, null],
  ['digitalocean://423', 'digitalocean', null, null],
  ['hcloud://423', 'hetzner', null, null],
  ['ibm://423', 'ibm', null, null],
  ['oci://423', 'oci', null, null],
  ['ocid1.instance.oc1', 'oci', null, null],
  ['nutanix://423', 'nutanix', null, null],
  ['tinkerbell://423', 'tinkerbell', null, null],
  ['metal3://423', 'metal3', null, null],
  ['kind://docker/a/b', 'kind', null, null],
  ['k3s://a', 'k3s', null, null],
  ['byoh://a', 'byoh', null, null],
  ['equinixmetal://a', 'equinixmetal', null, null],
  ['else://a', null, null, null],
])('provider of %s', (providerId, value, region, zone) => {
  const found = detect(input({ nodes: [node({ providerId })] }))
  expect(found.provider.value).toBe(value)
  if (value !== null) expect(found.provider.evidence[0]).toContain(providerId)
  expect({ region: found.region, zones: found.zones }).toEqual({ region, zones: zone === null ? [] : [zone] })
})

test('the account is part of the evidence', () => {
  const azure = node({ providerId: 'azure:///subscriptions/sub-1/resourceGroups/mc_rg/providers/x' })
  expect(detect(input({ nodes: [azure] })).provider.evidence.join(' ')).toContain('mc_rg in the subscription sub-1')
  const google = node({ providerId: 'gce://my-project/europe-west3-c/vm' })
  expect(detect(input({ nodes: [google] })).provider.evidence.join(' ')).toContain('project is my-project')
})

test('of several providers the one of most nodes is the answer, and all are shown', () => {
  const nodes = ['aws:///a/i-1', 'vsphere://1', 'vsphere://2'].map((providerId, i) =>
    node({ name: `n${i}`, providerId }),
  )
  const { value, evidence } = detect(input({ nodes })).provider
  expect(value).toBe('vsphere')
  expect(evidence).toEqual([
    'The providerID of 2 of 3 nodes is like vsphere://1.',
    'The providerID of node n0 is like aws:///a/i-1.',
  ])
})

describe('what could not be read', () => {
  test('without nodes, the version still tells, and the answer says that it is limited', () => {
    const { distribution, provider } = detect(input({ gitVersion: 'v1.33.1-eks-1', nodes: null }))
    expect(distribution).toMatchObject({ value: 'eks', limited: true })
    expect(distribution.evidence.join(' ')).toContain('Nodes could not be read')
    expect(provider).toMatchObject({ value: null, limited: true })
  })

  test('without nodes and without a telling version there is no guess', () => {
    expect(detect(input({ nodes: null })).distribution).toEqual({ value: null, evidence: [], limited: true })
  })

  test('without API groups', () => {
    const found = detect(input({ groups: null, nodes: [node({ labels: { 'kubernetes.azure.com/cluster': 'c' } })] }))
    expect(found.distribution).toMatchObject({ value: 'aks', limited: true })
    expect(found.provider.limited).toBe(false)
  })
})

test('simulated nodes are said to be', () => {
  const nodes = [
    node({ annotations: ['kwok.x-k8s.io/node'] }),
    node({ name: 'n2' }),
    node({ name: 'n3', labels: { type: 'kwok' } }),
  ]
  const found = detect(input({ nodes }))
  expect(found.simulated).toBe(2)
  expect(found.distribution.evidence).toContain('2 of 3 nodes are simulated by kwok.')
  expect(found.provider.evidence).toContain('2 of 3 nodes are simulated by kwok.')
})

test('a management cluster of Cluster API is a role, not a distribution', () => {
  const found = detect(input({ groups: ['cluster.x-k8s.io'] })).distribution
  expect(found.value).toBeNull()
  expect(found.evidence.join(' ')).toContain('manages other clusters')
})

test('region, zones and instance types of a generic cluster come from its labels, old ones too', () => {
  const at = (region: string, zone: string, type: string, old = false) =>
    node({
      labels: old
        ? {
            'failure-domain.beta.kubernetes.io/region': region,
            'failure-domain.beta.kubernetes.io/zone': zone,
            'beta.kubernetes.io/instance-type': type,
          }
        : {
            'topology.kubernetes.io/region': region,
            'topology.kubernetes.io/zone': zone,
            'node.kubernetes.io/instance-type': type,
          },
    })
  const found = detect(input({ nodes: [at('r1', 'b', 'big'), at('r1', 'a', 'small', true), at('r2', 'c', 'small')] }))
  expect(found).toMatchObject({
    region: 'r1',
    zones: ['a', 'b', 'c'],
    instanceTypes: [
      { name: 'small', count: 2 },
      { name: 'big', count: 1 },
    ],
  })
})

describe('the flavours of the testbed, whose API servers say no more than v1.36.3', () => {
  const expected: Record<string, [string | null, string | null]> = {
    eks: ['eks', 'aws'],
    aks: ['aks', 'azure'],
    gke: ['gke', 'gcp'],
    ack: ['ack', 'alibaba'],
    openshift: ['openshift', 'aws'],
    'eks-anywhere': ['eks-anywhere', 'vsphere'],
    kubeadm: ['kubeadm', null],
    k3s: ['k3s', 'k3s'],
    generic: [null, null],
  }
  test.each(Object.values(flavours))('$name', flavour => {
    const objects = Array.from({ length: 4 }, (_, index) => ({ metadata: {}, ...flavourNode(flavour, 'alpha', index) }))
    const nodes = objects.map(nodeEvidence)
    const groups = flavour.objects('alpha').flatMap(object => object.spec?.group ?? [])
    const found = detect({ gitVersion: PLAIN, groups, nodes })
    expect([found.distribution.value, found.provider.value]).toEqual(expected[flavour.name])
    if (flavour.topology) expect(found.region).toBe(flavour.region)
    // The row of a node tells as much as the node.
    expect(objects.map(object => rowEvidence(nodeRow(object)))).toEqual(nodes)
  })
})
