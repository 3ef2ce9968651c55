import type { Receipt } from '@moorage/contract/cluster.ts'
import { Card, CardBody, CardTitle, EmptyState, EmptyStateBody, PageSection, Skeleton } from '@patternfly/react-core'
import ReceiptIcon from '@patternfly/react-icons/dist/esm/icons/receipt-icon'
import { useQuery } from '@tanstack/react-query'
import { allPages, PAGE_SIZE } from '../api/all-pages.ts'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { ReceiptDetails } from '../disconnect/receipt-details.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { useTitle } from '../shell/use-title.ts'

/** Receipts that are shown: more do not come together in 72 hours of honest work. */
const MOST = 1000

/** The clusters that were let go, and what became of them. */
export function ReceiptsPage() {
  useTitle('Receipts')
  const hub = useHub()
  const receipts = useQuery({
    queryKey: keys.receipts,
    queryFn: ({ signal }) =>
      allPages(
        next => hub.hub.receipts({ limit: PAGE_SIZE, ...(next !== undefined && { continue: next }) }, { signal }),
        MOST,
      ),
  })
  const items = receipts.data?.items
  return (
    <>
      <PageHeading title="Receipts">
        <span className="quiet">Clusters that were disconnected in the last 72 hours</span>
      </PageHeading>
      <PageSection isFilled aria-label="Receipts">
        {receipts.isPending && <Skeleton height="12rem" screenreaderText="Loading receipts" />}
        {receipts.isError && <TroubleAlert error={receipts.error} retry={() => receipts.refetch()} />}
        {items?.length === 0 && (
          <EmptyState headingLevel="h2" variant="sm" icon={ReceiptIcon} titleText="No receipts">
            <EmptyStateBody>
              When a cluster is disconnected, its receipt stays here for 72 hours: what was removed, forgotten and left.
            </EmptyStateBody>
          </EmptyState>
        )}
        <div className="receipts">
          {items?.map(receipt => (
            <ReceiptCard key={receipt.id} receipt={receipt} />
          ))}
        </div>
      </PageSection>
    </>
  )
}

function ReceiptCard({ receipt }: { receipt: Receipt }) {
  return (
    <Card>
      <CardTitle component="h2">{receipt.name}</CardTitle>
      <CardBody className="disconnect">
        <ReceiptDetails receipt={receipt} />
      </CardBody>
    </Card>
  )
}
