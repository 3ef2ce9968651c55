import type { SyncState } from '@moorage/contract/inventory.ts'
import { Card, CardBody, CardTitle, Label, Skeleton } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { count } from '../format/quantity.ts'
import { TroubleAlert } from '../shell/trouble-alert.tsx'

/** ms between two looks at how far the inventory has come. */
const REFRESH = 10_000

const colours: Record<SyncState['state'], 'green' | 'blue' | 'grey' | 'orange' | 'red'> = {
  watching: 'green',
  listing: 'blue',
  pending: 'grey',
  absent: 'grey',
  forbidden: 'orange',
  failed: 'red',
}

/** How far the inventory of each kind has come. */
export function SyncCard({ cluster }: { cluster: string }) {
  const hub = useHub()
  const sync = useQuery({
    queryKey: keys.sync(cluster),
    queryFn: ({ signal }) => hub.clusters.sync({ cluster }, { signal }),
    refetchInterval: REFRESH,
  })
  return (
    <Card isFullHeight>
      <CardTitle component="h2">
        Inventory{' '}
        {sync.data && (
          <Label isCompact color={sync.data.complete ? 'green' : 'blue'}>
            {sync.data.complete ? 'complete' : 'filling'}
          </Label>
        )}
      </CardTitle>
      <CardBody>
        {sync.isPending && <Skeleton height="12rem" screenreaderText="Loading the state of the inventory" />}
        {sync.isError && <TroubleAlert error={sync.error} />}
        {sync.data && (
          <dl className="sync">
            {sync.data.kinds.map(kind => (
              <div key={kind.kind} title={kind.message ?? ''}>
                <dt>{kind.kind}</dt>
                <dd>
                  {kind.state === 'watching' ? (
                    count(kind.count)
                  ) : (
                    <Label isCompact variant="outline" color={colours[kind.state]}>
                      {kind.state}
                    </Label>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </CardBody>
    </Card>
  )
}
