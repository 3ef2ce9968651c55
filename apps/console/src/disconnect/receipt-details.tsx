import type { Receipt } from '@moorage/contract/cluster.ts'
import { Alert, DescriptionList } from '@patternfly/react-core'
import { Fact } from '../cluster/fact.tsx'
import { plural } from '../format/quantity.ts'
import { dateTime } from '../format/time.ts'
import { ObjectList } from './object-list.tsx'
import { Sentences } from './sentences.tsx'

/** Everything that a receipt says. */
export function ReceiptDetails({ receipt }: { receipt: Receipt }) {
  return (
    <>
      <DescriptionList isHorizontal isCompact aria-label="Receipt" className="facts">
        <Fact term="Cluster">{receipt.name}</Fact>
        <Fact term="UID">{receipt.uid === null ? 'not known, as it never joined' : <code>{receipt.uid}</code>}</Fact>
        <Fact term="Disconnected">
          {dateTime(receipt.disconnectedAt)} by {receipt.by}
          {receipt.forced ? ', forced' : ''}
        </Fact>
        <Fact term="Removed">
          {receipt.removed.length === 0 ? 'nothing, as nothing was there' : <ObjectList objects={receipt.removed} />}
        </Fact>
        {receipt.settledAt !== undefined && (
          <Fact term="Settled">{dateTime(receipt.settledAt)}, by its agent, which came back</Fact>
        )}
        <Fact term="Kept until">{dateTime(receipt.tombstoneUntil)}</Fact>
      </DescriptionList>
      {receipt.owed.length > 0 && (
        <Alert
          isInline
          component="h3"
          variant="warning"
          title={`${plural(receipt.owed.length, 'object')} left in the cluster`}
        >
          The cluster did not answer, so these are still in it:
          <ObjectList objects={receipt.owed} />
        </Alert>
      )}
      <Sentences title="Forgotten by the hub" sentences={receipt.forgotten} />
      <Sentences title="Left as it was" sentences={receipt.kept} />
    </>
  )
}
