import type { Flavour } from './flavour.ts'

/** Google Kubernetes Engine: version suffix, pool labels, project in the providerID. */
export const gke: Flavour = {
  name: 'gke',
  versionSuffix: '-gke.1120000',
  region: 'europe-west4',
  zones: ['europe-west4-a', 'europe-west4-b', 'europe-west4-c'],
  instanceTypes: [
    { name: 'e2-standard-4', cpu: 4, memoryGi: 16 },
    { name: 'n2-highmem-4', cpu: 4, memoryGi: 32 },
  ],
  osImage: 'Container-Optimized OS from Google',
  kernel: '6.6.97+',
  runtime: 'containerd://2.0.6',
  topology: true,
  evidence: ['gitVersion contains -gke.', 'label cloud.google.com/gke-nodepool', 'providerID gce://project/zone/name'],
  node: ({ cluster, index, zone, type, id }) => {
    const name = `gke-${cluster}-default-pool-${id.slice(0, 8)}-${index.toString(36).padStart(4, '0')}`
    return {
      name,
      labels: {
        'cloud.google.com/gke-nodepool': 'default-pool',
        'cloud.google.com/gke-os-distribution': 'cos',
        'cloud.google.com/gke-container-runtime': 'containerd',
        'cloud.google.com/machine-family': type.name.split('-')[0] as string,
        'cloud.google.com/private-node': 'false',
        'topology.gke.io/zone': zone,
      },
      providerID: `gce://acme-platform/${zone}/${name}`,
    }
  },
  objects: () => [],
}
