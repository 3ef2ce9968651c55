import type { ImportStep } from '@moorage/contract/agent.ts'
import { Alert, Card, CardBody, CardTitle, Label, List, ListItem, Skeleton } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { Age } from '../format/age.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'

/** ms between two looks; an import is watched by somebody who waits for it. */
const REFRESH = 2000

const titles: Record<ImportStep['name'], string> = {
  manifest: 'Manifest fetched',
  contact: 'Agent contacted the hub',
  identity: 'Identity registered',
  'api-server': 'API server answers',
  rights: 'Rights verified',
  inventory: 'Inventory complete',
}
const colours = { ok: 'green', waiting: 'grey', failed: 'red' } as const
const words = { ok: 'done', waiting: 'waiting', failed: 'failed' } as const

/** How far an import has come, with the likely causes where it does not go on. */
export function ImportCard({ cluster }: { cluster: string }) {
  const hub = useHub()
  const progress = useQuery({
    queryKey: keys.importSteps(cluster),
    queryFn: ({ signal }) => hub.clusters.importSteps({ cluster }, { signal }),
    refetchInterval: query => (query.state.data?.done ? false : REFRESH),
  })
  return (
    <Card>
      <CardTitle component="h2">Import</CardTitle>
      <CardBody>
        {progress.isPending && <Skeleton height="8rem" screenreaderText="Loading the steps of the import" />}
        {progress.isError && <TroubleAlert error={progress.error} />}
        {progress.data && (
          <List isPlain aria-label="Steps of the import">
            {progress.data.steps.map(step => (
              <Step key={step.name} step={step} />
            ))}
          </List>
        )}
      </CardBody>
    </Card>
  )
}

function Step({ step: { name, status, message, causes, at } }: { step: ImportStep }) {
  return (
    <ListItem>
      <Label isCompact color={colours[status]}>
        {words[status]}
      </Label>{' '}
      <strong>{titles[name]}</strong>{' '}
      {at !== null && (
        <span className="quiet">
          <Age at={at} suffix />
        </span>
      )}
      <p className="quiet">{message}</p>
      {causes.length > 0 && (
        <Alert
          isInline
          isPlain
          component="h3"
          variant={status === 'failed' ? 'danger' : 'warning'}
          title="Likely causes"
        >
          <List>
            {causes.map(cause => (
              <ListItem key={cause}>{cause}</ListItem>
            ))}
          </List>
        </Alert>
      )}
    </ListItem>
  )
}
