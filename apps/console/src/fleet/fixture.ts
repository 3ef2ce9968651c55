import type { Cluster } from '@moorage/contract/cluster.ts'

/** A cluster for tests: running, with what `more` changes. */
export function clusterFixture(more: Partial<Cluster> = {}): Cluster {
  return {
    id: 'c-1',
    name: 'harbour',
    uid: '7b9f8a5e-0000-4000-8000-000000000001',
    project: 'default',
    labels: {},
    phase: 'Running',
    conditions: [],
    origin: 'connected',
    connection: 'direct',
    mode: 'read-only',
    version: 'v1.36.3',
    distribution: { value: 'eks', evidence: [], limited: false },
    provider: { value: 'aws', evidence: [], limited: false },
    region: 'eu-west-1',
    zones: [],
    instanceTypes: [],
    nodeCount: 3,
    readyNodeCount: 3,
    podCount: 10,
    capacity: { cpuMilli: 12_000, memoryBytes: 48 * 1024 ** 3, pods: 330 },
    allocatable: { cpuMilli: 10_000, memoryBytes: 40 * 1024 ** 3, pods: 330 },
    requested: { cpuMilli: 5000, memoryBytes: 10 * 1024 ** 3, pods: 10 },
    used: null,
    agent: null,
    credential: null,
    actsAs: null,
    capabilities: [],
    createdAt: '2026-11-20T10:00:00Z',
    lastSeen: '2026-11-20T12:00:00Z',
    ...more,
  }
}
