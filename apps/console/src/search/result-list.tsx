import type { InventoryObject } from '@moorage/contract/inventory.ts'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { Link } from '@tanstack/react-router'
import { Age } from '../format/age.tsx'
import { StatusLabel } from '../phase/status-label.tsx'

/** Found objects in the order in which they are given. */
export function ResultList({ items }: { items: InventoryObject[] }) {
  return (
    <Table aria-label="Results" variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th modifier="nowrap">Cluster</Th>
          <Th modifier="nowrap">Kind</Th>
          <Th modifier="nowrap">Namespace</Th>
          <Th>Name</Th>
          <Th modifier="nowrap">Status</Th>
          <Th modifier="nowrap">Node</Th>
          <Th modifier="nowrap">Age</Th>
        </Tr>
      </Thead>
      <Tbody>
        {items.map(item => (
          <Tr key={`${item.cluster}/${item.uid}`}>
            <Td dataLabel="Cluster">
              <Link to="/clusters/$cluster" params={{ cluster: item.cluster }}>
                {item.cluster}
              </Link>
            </Td>
            <Td dataLabel="Kind">{item.kind}</Td>
            <Td dataLabel="Namespace">{item.namespace ?? <span className="quiet">–</span>}</Td>
            <Td dataLabel="Name">
              <span className="two-lines">
                <strong className="breakable">{item.name}</strong>
                {item.images.length > 0 && <code className="image quiet">{item.images.join(', ')}</code>}
              </span>
            </Td>
            <Td dataLabel="Status">
              <StatusLabel status={item.status} />
            </Td>
            <Td dataLabel="Node">{item.node ?? <span className="quiet">–</span>}</Td>
            <Td dataLabel="Age" modifier="nowrap">
              <Age at={item.createdAt} />
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  )
}
