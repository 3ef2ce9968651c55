import { Button, Card, CardBody, CardTitle, Content, Skeleton } from '@patternfly/react-core'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { Age } from '../format/age.tsx'
import { dateTime } from '../format/time.ts'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { NewTokenForm } from './new-token-form.tsx'

/** More tokens than that nobody looks after. */
const MOST = 1000

/** Tokens that act as me. */
export function TokensCard({ isUser }: { isUser: boolean }) {
  const hub = useHub()
  const queries = useQueryClient()
  const tokens = useQuery({
    queryKey: keys.tokens,
    queryFn: ({ signal }) => hub.tokens.list({ own: 'true', limit: MOST }, { signal }),
  })
  const revoke = useMutation({
    mutationFn: (id: string) => hub.tokens.revoke({ id }),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.tokens }),
  })
  return (
    <Card>
      <CardTitle component="h2">My tokens</CardTitle>
      <CardBody className="account__card">
        {tokens.isPending && <Skeleton height="6rem" screenreaderText="Loading tokens" />}
        {tokens.isError && <TroubleAlert error={tokens.error} retry={() => tokens.refetch()} />}
        {revoke.isError && <TroubleAlert error={revoke.error} />}
        {tokens.data?.items.length === 0 && <Content component="p">There are none.</Content>}
        {tokens.data && tokens.data.items.length > 0 && (
          <Table aria-label="My tokens" variant="compact" gridBreakPoint="grid-md">
            <Thead>
              <Tr>
                <Th>Name</Th>
                <Th>Last used</Th>
                <Th>Ends</Th>
                <Th screenReaderText="Actions" />
              </Tr>
            </Thead>
            <Tbody>
              {tokens.data.items.map(({ id, name, lastUsedAt, expiresAt }) => (
                <Tr key={id}>
                  <Td dataLabel="Name" className="breakable">
                    {name}
                  </Td>
                  <Td dataLabel="Last used">{lastUsedAt === null ? 'never' : <Age at={lastUsedAt} suffix />}</Td>
                  <Td dataLabel="Ends">{expiresAt === null ? 'never' : dateTime(expiresAt)}</Td>
                  <Td isActionCell>
                    {isUser && (
                      <Button
                        variant="link"
                        isInline
                        isDanger
                        isDisabled={revoke.isPending}
                        aria-label={`Revoke ${name}`}
                        onClick={() => revoke.mutate(id)}
                      >
                        Revoke
                      </Button>
                    )}
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        )}
        {isUser && <NewTokenForm />}
      </CardBody>
    </Card>
  )
}
