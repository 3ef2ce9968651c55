import type { Cluster } from '@moorage/contract/cluster.ts'
import { Alert, Grid, GridItem, Skeleton } from '@patternfly/react-core'
import { getRouteApi } from '@tanstack/react-router'
import { explaining, isTrouble } from '../phase/explain.ts'
import { AgentCard } from './agent-card.tsx'
import { CapabilitiesCard } from './capabilities-card.tsx'
import { ConditionsCard } from './conditions-card.tsx'
import { CredentialCard } from './credential-card.tsx'
import { FactsCard } from './facts-card.tsx'
import { ImportCard } from './import-card.tsx'
import { LimitsCard } from './limits-card.tsx'
import { SizeCards } from './size-cards.tsx'
import { SyncCard } from './sync-card.tsx'
import { useCluster } from './use-cluster.ts'
import { useOffer } from './use-offer.ts'

const route = getRouteApi('/clusters/$cluster')

/** Everything that is known of one cluster as a whole. */
export function OverviewTab() {
  const { cluster: ref } = route.useParams()
  const cluster = useCluster(ref).data
  const offered = useOffer(cluster?.id ?? '') !== undefined
  if (cluster === undefined) return <Skeleton height="20rem" screenreaderText="Loading the overview" />
  return (
    <Grid hasGutter className="overview">
      <WhatIsWrong cluster={cluster} />
      {cluster.agent !== null && (cluster.phase === 'Pending' || offered) && (
        <GridItem span={12}>
          <ImportCard cluster={cluster} reference={ref} />
        </GridItem>
      )}
      <GridItem span={12}>
        <SizeCards cluster={cluster} />
      </GridItem>
      <GridItem span={12} xl={7}>
        <ConditionsCard conditions={cluster.conditions} />
      </GridItem>
      <GridItem span={12} xl={5}>
        <FactsCard cluster={cluster} />
      </GridItem>
      <GridItem span={12} xl={5}>
        {cluster.agent === null ? <CredentialCard cluster={cluster} /> : <AgentCard agent={cluster.agent} />}
      </GridItem>
      <GridItem span={12} xl={7}>
        <SyncCard cluster={ref} />
      </GridItem>
      <GridItem span={12}>
        <LimitsCard name={cluster.name} />
      </GridItem>
      <GridItem span={12}>
        <CapabilitiesCard capabilities={cluster.capabilities} />
      </GridItem>
    </Grid>
  )
}

function WhatIsWrong({ cluster }: { cluster: Cluster }) {
  const condition = explaining(cluster)
  if (condition === null || !isTrouble(condition)) return null
  return (
    <GridItem span={12}>
      <Alert
        isInline
        component="h2"
        variant={condition.severity === 'error' ? 'danger' : 'warning'}
        title={`${cluster.phase}: ${condition.reason}`}
      >
        {condition.message}
      </Alert>
    </GridItem>
  )
}
