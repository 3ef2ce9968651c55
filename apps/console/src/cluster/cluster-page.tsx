import { PageSection, Skeleton } from '@patternfly/react-core'
import { getRouteApi, Link, Outlet } from '@tanstack/react-router'
import { useState } from 'react'
import { isNotFound, isUnreachable } from '../api/problem.ts'
import { DisconnectDialog } from '../disconnect/disconnect-dialog.tsx'
import { NotFoundPage } from '../shell/not-found-page.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { TroublePage } from '../shell/trouble-page.tsx'
import { useTitle } from '../shell/use-title.ts'
import { Where } from '../shell/where.tsx'
import { ClusterHeader } from './cluster-header.tsx'
import { ClusterTabs } from './cluster-tabs.tsx'
import { useCluster } from './use-cluster.ts'

const route = getRouteApi('/clusters/$cluster')

/** One cluster: its header and tabs. The dialog outlives the cluster, as its last page is the receipt. */
export function ClusterPage() {
  const { cluster: ref } = route.useParams()
  useTitle(ref)
  const query = useCluster(ref)
  const [disconnecting, setDisconnecting] = useState(false)
  const cluster = query.data
  const gone = query.isError && isNotFound(query.error)
  return (
    <>
      {disconnecting && (
        <DisconnectDialog cluster={ref} name={cluster?.name ?? ref} onClose={() => setDisconnecting(false)} />
      )}
      {gone ? (
        <NotFoundPage title={`No cluster is called ${ref}`}>
          It may have been disconnected: its receipt is kept for 72 hours under <Link to="/receipts">Receipts</Link>.
        </NotFoundPage>
      ) : query.isError && cluster === undefined ? (
        <TroublePage error={query.error} retry={() => query.refetch()} />
      ) : (
        <>
          <PageSection className="heading heading--cluster" aria-label="Cluster">
            <Where page={cluster?.name ?? ref} />
            {cluster ? (
              <ClusterHeader cluster={cluster} onDisconnect={() => setDisconnecting(true)} />
            ) : (
              <Skeleton width="40%" height="2.5rem" screenreaderText={`Loading ${ref}`} />
            )}
          </PageSection>
          <ClusterTabs cluster={ref} />
          <PageSection isFilled aria-label="Details">
            {query.isError && !isUnreachable(query.error) && (
              <TroubleAlert error={query.error} retry={() => query.refetch()} />
            )}
            <Outlet />
          </PageSection>
        </>
      )}
    </>
  )
}
