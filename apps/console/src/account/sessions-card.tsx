import { Button, Card, CardBody, CardTitle, Label, Skeleton } from '@patternfly/react-core'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { Age } from '../format/age.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'

/** Browsers that I am signed in with. */
export function SessionsCard() {
  const hub = useHub()
  const queries = useQueryClient()
  const sessions = useQuery({
    queryKey: keys.sessions,
    queryFn: ({ signal }) => hub.sessions.list({ own: 'true' }, { signal }),
  })
  const end = useMutation({
    mutationFn: (id: string) => hub.sessions.endOne({ id }),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.sessions }),
  })
  return (
    <Card>
      <CardTitle component="h2">My sessions</CardTitle>
      <CardBody>
        {sessions.isPending && <Skeleton height="6rem" screenreaderText="Loading sessions" />}
        {sessions.isError && <TroubleAlert error={sessions.error} retry={() => sessions.refetch()} />}
        {end.isError && <TroubleAlert error={end.error} />}
        {sessions.data && (
          <Table aria-label="My sessions" variant="compact" gridBreakPoint="grid-md">
            <Thead>
              <Tr>
                <Th>Browser</Th>
                <Th>Address</Th>
                <Th>Last used</Th>
                <Th screenReaderText="Actions" />
              </Tr>
            </Thead>
            <Tbody>
              {sessions.data.items.map(({ id, userAgent, address, lastUsedAt, current }) => (
                <Tr key={id}>
                  <Td dataLabel="Browser" className="breakable">
                    {userAgent || 'unknown'}
                  </Td>
                  <Td dataLabel="Address">{address ?? 'unknown'}</Td>
                  <Td dataLabel="Last used">
                    <Age at={lastUsedAt} suffix />
                  </Td>
                  <Td isActionCell>
                    {current ? (
                      <Label color="green">this one</Label>
                    ) : (
                      <Button
                        variant="link"
                        isInline
                        isDanger
                        isDisabled={end.isPending}
                        aria-label={`End the session from ${address ?? 'an unknown address'}`}
                        onClick={() => end.mutate(id)}
                      >
                        End
                      </Button>
                    )}
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
