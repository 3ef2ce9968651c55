import type { Workload } from '@moorage/contract/inventory.ts'
import { Link } from '@tanstack/react-router'
import { Age } from '../format/age.tsx'
import { type Column, column } from '../grid/columns.ts'
import { StatusLabel } from '../phase/status-label.tsx'

/** The columns of a cluster's workloads. */
export const workloadColumns: Column<Workload>[] = [
  column({
    id: 'namespace',
    header: 'Namespace',
    by: workload => `${workload.namespace}/${workload.name}`,
    cell: workload => workload.namespace,
  }),
  column({
    id: 'name',
    header: 'Name',
    by: workload => workload.name,
    cell: workload => (
      <Link
        from="/clusters/$cluster/workloads"
        to="/clusters/$cluster/pods"
        search={{ find: `${workload.namespace} ${workload.name}` }}
        aria-label={`Pods of ${workload.name}`}
      >
        {workload.name}
      </Link>
    ),
  }),
  column({ id: 'kind', header: 'Kind', by: workload => workload.kind, cell: workload => workload.kind, tight: true }),
  column({
    id: 'status',
    header: 'Status',
    by: workload => workload.status,
    cell: workload => <StatusLabel status={workload.status} />,
  }),
  column({
    id: 'ready',
    header: 'Ready',
    by: workload => (workload.desired === 0 ? null : workload.ready / workload.desired),
    cell: workload => (
      <span className={workload.ready < workload.desired ? 'node-count node-count--short' : 'node-count'}>
        {workload.ready}/{workload.desired}
      </span>
    ),
    tight: true,
  }),
  column({
    id: 'images',
    header: 'Images',
    by: workload => workload.images.join(' '),
    cell: workload => (
      <span className="two-lines">
        {workload.images.map(image => (
          <code key={image} className="image">
            {image}
          </code>
        ))}
      </span>
    ),
  }),
  column({
    id: 'age',
    header: 'Age',
    by: workload => -Date.parse(workload.createdAt),
    cell: workload => <Age at={workload.createdAt} />,
    tight: true,
  }),
]
