import type { Condition } from '@moorage/contract/cluster.ts'
import { Card, CardBody, CardTitle } from '@patternfly/react-core'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { Age } from '../format/age.tsx'
import { byUrgency } from '../phase/explain.ts'
import { ConditionStatus } from './condition-status.tsx'

/** The conditions behind the phase, those that want attention first. */
export function ConditionsCard({ conditions }: { conditions: Condition[] }) {
  return (
    <Card isFullHeight>
      <CardTitle component="h2">Conditions</CardTitle>
      <CardBody>
        {conditions.length === 0 ? (
          <p className="quiet">Nothing was observed yet.</p>
        ) : (
          <Table aria-label="Conditions" variant="compact" borders={false} gridBreakPoint="grid-md">
            <Thead>
              <Tr>
                <Th>Condition</Th>
                <Th>What was found</Th>
                <Th modifier="nowrap">Since</Th>
                <Th modifier="nowrap">Last seen</Th>
              </Tr>
            </Thead>
            <Tbody>
              {byUrgency(conditions).map(condition => (
                <Tr key={condition.type}>
                  <Td dataLabel="Condition" modifier="nowrap">
                    <ConditionStatus condition={condition} />
                  </Td>
                  <Td dataLabel="What was found">
                    <span className="two-lines">
                      <span>{condition.message}</span>
                      <span className="quiet">{condition.reason}</span>
                    </span>
                  </Td>
                  <Td dataLabel="Since" modifier="nowrap">
                    <Age at={condition.lastTransition} />
                  </Td>
                  <Td dataLabel="Last seen" modifier="nowrap">
                    <Age at={condition.lastSeen} suffix />
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        )}
      </CardBody>
    </Card>
  )
}
