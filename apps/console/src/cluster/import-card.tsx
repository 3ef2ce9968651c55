import type { ImportStep } from '@moorage/contract/agent.ts'
import type { Cluster } from '@moorage/contract/cluster.ts'
import { Alert, Card, CardBody, CardTitle, List, ListItem, Skeleton } from '@patternfly/react-core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { Age } from '../format/age.tsx'
import { StepLine } from '../shell/step-line.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { OfferPart } from './offer-part.tsx'
import { dropOffer } from './use-offer.ts'

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

/** How an import is begun and how far it has come, with the likely causes where it does not go on. `reference` is as in the address. */
export function ImportCard({ cluster, reference }: { cluster: Cluster; reference: string }) {
  const hub = useHub()
  const queries = useQueryClient()
  const progress = useQuery({
    queryKey: keys.importSteps(reference),
    queryFn: ({ signal }) => hub.clusters.importSteps({ cluster: reference }, { signal }),
    refetchInterval: query => (query.state.data?.done ? false : REFRESH),
  })
  const registered = progress.data?.steps.find(({ name }) => name === 'identity')?.status === 'ok'
  useEffect(() => {
    // Its token is spent.
    if (registered) dropOffer(queries, cluster.id)
  }, [registered, queries, cluster.id])
  return (
    <Card>
      <CardTitle component="h2">Import</CardTitle>
      <CardBody>
        {progress.isPending && <Skeleton height="8rem" screenreaderText="Loading the steps of the import" />}
        {progress.isError && <TroubleAlert error={progress.error} />}
        {progress.data && !registered && (
          <OfferPart cluster={cluster} progress={progress.data} read={() => progress.refetch()} />
        )}
        {progress.data && (
          <div aria-live="polite">
            <List isPlain aria-label="Steps of the import" className="steps">
              {progress.data.steps.map(step => (
                <Step key={step.name} step={step} current={step === progress.data.steps.find(isOpen)} />
              ))}
            </List>
          </div>
        )}
      </CardBody>
    </Card>
  )
}

const isOpen = ({ status }: ImportStep) => status !== 'ok'

function Step({ step: { name, status, message, causes, at }, current }: { step: ImportStep; current: boolean }) {
  const state = status === 'ok' ? 'ok' : status === 'failed' ? 'failed' : current ? 'running' : 'waiting'
  return (
    <StepLine state={state} title={titles[name]} aside={at !== null && <Age at={at} suffix />} message={message}>
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
    </StepLine>
  )
}
