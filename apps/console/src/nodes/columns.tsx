import type { Node } from '@moorage/contract/inventory.ts'
import { load, usageOf } from '../fleet/usage.ts'
import { UsageBar } from '../fleet/usage-bar.tsx'
import { Age } from '../format/age.tsx'
import { type Column, column } from '../grid/columns.ts'
import { StatusLabel } from '../phase/status-label.tsx'

const dash = <span className="quiet">–</span>

/** The columns of a cluster's nodes. */
export const nodeColumns: Column<Node>[] = [
  column({
    id: 'name',
    header: 'Name',
    by: node => node.name,
    cell: node => (
      <span className="two-lines object-name">
        <span className="breakable">{node.name}</span>
        {node.internalIp !== null && <span className="quiet">{node.internalIp}</span>}
      </span>
    ),
  }),
  column({
    id: 'status',
    header: 'Status',
    by: node => node.status,
    cell: node => <StatusLabel status={node.status} />,
  }),
  column({
    id: 'roles',
    header: 'Roles',
    by: node => node.roles.join(' '),
    cell: node => (node.roles.length === 0 ? dash : node.roles.join(', ')),
  }),
  column({
    id: 'zone',
    header: 'Zone',
    by: node => node.zone ?? node.region,
    cell: node => node.zone ?? node.region ?? dash,
    tight: true,
  }),
  column({
    id: 'type',
    header: 'Instance type',
    by: node => node.instanceType,
    cell: node => node.instanceType ?? dash,
  }),
  column({
    id: 'kubelet',
    header: 'Kubelet',
    by: node => node.kubelet,
    cell: node => (
      <span className="two-lines">
        <span>{node.kubelet}</span>
        <span className="quiet">{[node.os, node.architecture].filter(Boolean).join(', ')}</span>
      </span>
    ),
  }),
  column({
    id: 'cpu',
    header: 'CPU',
    by: node => load(usageOf(node, 'cpuMilli')),
    cell: node => <UsageBar name="CPU" resource="cpuMilli" usage={usageOf(node, 'cpuMilli')} />,
    largestFirst: true,
  }),
  column({
    id: 'memory',
    header: 'Memory',
    by: node => load(usageOf(node, 'memoryBytes')),
    cell: node => <UsageBar name="Memory" resource="memoryBytes" usage={usageOf(node, 'memoryBytes')} />,
    largestFirst: true,
  }),
  column({
    id: 'pods',
    header: 'Pods',
    by: node => node.requested.pods,
    cell: node => `${node.requested.pods}/${node.allocatable.pods}`,
    largestFirst: true,
    tight: true,
  }),
  column({
    id: 'age',
    header: 'Age',
    by: node => -Date.parse(node.createdAt),
    cell: node => <Age at={node.createdAt} />,
    tight: true,
  }),
]
