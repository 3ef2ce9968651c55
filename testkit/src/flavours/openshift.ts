import { definition } from './custom-resource.ts'
import type { Flavour } from './flavour.ts'

const GROUP = 'config.openshift.io'

/** The API groups and objects by which OpenShift is told, on AWS machines. Nothing of OpenShift itself runs. */
export const openshift: Flavour = {
  name: 'openshift',
  versionSuffix: '',
  region: 'us-east-2',
  zones: ['us-east-2a', 'us-east-2b', 'us-east-2c'],
  instanceTypes: [{ name: 'm6i.2xlarge', cpu: 8, memoryGi: 32 }],
  osImage: 'Red Hat Enterprise Linux CoreOS 9.6.20261012-0 (Plow)',
  kernel: '5.14.0-570.49.1.el9_6.x86_64',
  runtime: 'cri-o://1.36.1',
  topology: true,
  evidence: [
    'API group config.openshift.io',
    'ClusterVersion version: status.desired.version 4.23.4',
    'Infrastructure cluster: status.platformStatus.type AWS',
    'label node.openshift.io/os_id',
    'providerID aws:///zone/i-…',
  ],
  node: ({ index, zone, id }) => {
    const role = index < 3 ? 'master' : 'worker'
    return {
      name: `ip-10-0-${64 + (index >> 7)}-${10 + (index & 127)}.us-east-2.compute.internal`,
      labels: {
        'node.openshift.io/os_id': 'rhel',
        [`node-role.kubernetes.io/${role}`]: '',
        ...(role === 'master' && { 'node-role.kubernetes.io/control-plane': '' }),
      },
      annotations: {
        'machineconfiguration.openshift.io/state': 'Done',
        'machine.openshift.io/machine': `openshift-machine-api/${role}-${id.slice(0, 5)}`,
      },
      providerID: `aws:///${zone}/i-0${id.slice(0, 16)}`,
    }
  },
  objects: cluster => [
    definition(GROUP, 'v1', 'ClusterVersion', 'clusterversions', 'Cluster'),
    definition(GROUP, 'v1', 'Infrastructure', 'infrastructures', 'Cluster'),
    definition('route.openshift.io', 'v1', 'Route', 'routes', 'Namespaced'),
    {
      apiVersion: `${GROUP}/v1`,
      kind: 'ClusterVersion',
      metadata: { name: 'version' },
      spec: { channel: 'stable-4.23', clusterID: '4b1f0c52-8f1e-4a4c-9d8e-0d2f4a5b6c7d' },
      status: { desired: { version: '4.23.4' }, history: [{ state: 'Completed', version: '4.23.4' }] },
    },
    {
      apiVersion: `${GROUP}/v1`,
      kind: 'Infrastructure',
      metadata: { name: 'cluster' },
      status: {
        infrastructureName: `${cluster}-x7k2p`,
        platform: 'AWS',
        platformStatus: { type: 'AWS', aws: { region: 'us-east-2' } },
      },
    },
  ],
}
