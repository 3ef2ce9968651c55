import type { InventoryObject } from '@moorage/contract/inventory.ts'
import { Link } from '@tanstack/react-router'
import { Age } from '../format/age.tsx'
import { type Column, column } from '../grid/columns.ts'
import { StatusLabel } from '../phase/status-label.tsx'

const dash = <span className="quiet">–</span>
const wordOf = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : null)

/** The columns of a cluster's pods. */
export const podColumns: Column<InventoryObject>[] = [
  column({
    id: 'namespace',
    header: 'Namespace',
    by: pod => `${pod.namespace}/${pod.name}`,
    cell: pod => pod.namespace,
  }),
  column({
    id: 'name',
    header: 'Name',
    by: pod => pod.name,
    cell: pod => <strong className="breakable">{pod.name}</strong>,
  }),
  column({
    id: 'status',
    header: 'Status',
    by: pod => pod.status,
    cell: pod => <StatusLabel status={pod.status} />,
  }),
  column({
    id: 'ready',
    header: 'Ready',
    by: pod => wordOf(pod.data.ready),
    cell: pod => wordOf(pod.data.ready) ?? dash,
    tight: true,
  }),
  column({
    id: 'restarts',
    header: 'Restarts',
    by: pod => Number(pod.data.restarts ?? 0),
    cell: pod => wordOf(pod.data.restarts) ?? dash,
    largestFirst: true,
    tight: true,
  }),
  column({ id: 'node', header: 'Node', by: pod => pod.node, cell: pod => pod.node ?? dash }),
  column({
    id: 'age',
    header: 'Age',
    by: pod => -Date.parse(pod.createdAt),
    cell: pod => <Age at={pod.createdAt} />,
    tight: true,
  }),
]

/** The same on a hub that has terminals in pods. */
export const columnsWithTerminal: Column<InventoryObject>[] = [
  ...podColumns,
  column({
    id: 'terminal',
    header: 'Shell',
    cell: pod => (
      <Link
        to="/clusters/$cluster/terminal"
        params={{ cluster: pod.cluster }}
        search={{ namespace: pod.namespace ?? '', pod: pod.name }}
        aria-label={`Terminal in ${pod.namespace}/${pod.name}`}
      >
        Terminal
      </Link>
    ),
    tight: true,
  }),
]
