import type { Flavour } from './flavour.ts'

/** Azure Kubernetes Service: plain version, cluster label with the node resource group, scale set in the providerID. */
export const aks: Flavour = {
  name: 'aks',
  versionSuffix: '',
  region: 'westeurope',
  zones: ['westeurope-1', 'westeurope-2', 'westeurope-3'],
  instanceTypes: [{ name: 'Standard_D4s_v5', cpu: 4, memoryGi: 16 }],
  osImage: 'Ubuntu 24.04.3 LTS',
  kernel: '6.8.0-1038-azure',
  runtime: 'containerd://2.0.6',
  topology: true,
  evidence: ['label kubernetes.azure.com/cluster', 'providerID azure:///subscriptions/…'],
  node: ({ cluster, index, id }) => {
    const group = `MC_platform_${cluster}_westeurope`
    const pool = index % 3 === 0 ? 'system' : 'workers'
    const set = `aks-${pool}-31415926-vmss`
    return {
      name: `${set}${index.toString(36).padStart(6, '0')}`,
      labels: {
        agentpool: pool,
        'kubernetes.azure.com/agentpool': pool,
        'kubernetes.azure.com/cluster': group,
        'kubernetes.azure.com/mode': pool === 'system' ? 'system' : 'user',
        'kubernetes.azure.com/node-image-version': 'AKSUbuntu-2404gen2containerd-202610.27.0',
        'kubernetes.azure.com/role': 'agent',
        'kubernetes.azure.com/storageprofile': 'managed',
      },
      providerID: `azure:///subscriptions/5ab5c219-aaaa-aaaa-aaaa-aaaaaaaaaaaa/resourceGroups/${group.toLowerCase()}/providers/Microsoft.Compute/virtualMachineScaleSets/${set}/virtualMachines/${index}`,
      annotations: { 'csi.volume.kubernetes.io/nodeid': `{"disk.csi.azure.com":"${set}-${id.slice(0, 6)}"}` },
    }
  },
  objects: () => [],
}
