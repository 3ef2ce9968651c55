import type { Event } from '@moorage/contract/inventory.ts'
import { Label } from '@patternfly/react-core'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { Age } from '../format/age.tsx'
import { count } from '../format/quantity.ts'

/** Events in the order in which they are given. */
export function EventList({ events }: { events: Event[] }) {
  return (
    <Table aria-label="Events" variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th modifier="nowrap">Last seen</Th>
          <Th>Type</Th>
          <Th>Reason</Th>
          <Th>Object</Th>
          <Th>Message</Th>
        </Tr>
      </Thead>
      <Tbody>
        {events.map(event => (
          <Tr key={event.id}>
            <Td dataLabel="Last seen" modifier="nowrap">
              <Age at={event.lastSeen} suffix />
              {event.count > 1 && <span className="quiet"> ×{count(event.count)}</span>}
            </Td>
            <Td dataLabel="Type">
              <Label isCompact color={event.type === 'Warning' ? 'orange' : 'grey'}>
                {event.type}
              </Label>
            </Td>
            <Td dataLabel="Reason">{event.reason}</Td>
            <Td dataLabel="Object">
              <span className="two-lines">
                <span className="breakable">{event.name}</span>
                <span className="quiet">
                  {event.kind}
                  {event.namespace !== null && ` in ${event.namespace}`}
                </span>
              </span>
            </Td>
            <Td dataLabel="Message">
              <span className="two-lines">
                <span>{event.message}</span>
                {event.source !== '' && <span className="quiet">{event.source}</span>}
              </span>
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  )
}
