import type { ImportProgress } from '@moorage/contract/agent.ts'
import type { Cluster } from '@moorage/contract/cluster.ts'
import { Alert, Button, ExpandableSection } from '@patternfly/react-core'
import { useState } from 'react'
import { ImportWords } from '../add/import-words.tsx'
import { useNow } from '../format/clock.tsx'
import { dateTime, span } from '../format/time.ts'
import { CapabilityButton } from '../shell/capability-button.tsx'
import { CommandBlock } from '../shell/command-block.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { saveText } from './save-text.ts'
import { type Offer, useOffer } from './use-offer.ts'
import { useRenew } from './use-renew.ts'

interface OfferPartProps {
  cluster: Cluster
  progress: ImportProgress
  /** Reads the steps of the import anew. */
  read: () => Promise<unknown>
}

const titles: Record<ImportProgress['token'], string> = {
  good: 'The command is not shown again',
  expired: 'The command has run out',
  spent: 'The command was used',
  none: 'There is no command any more',
}
const explanations: Record<ImportProgress['token'], string> = {
  good: 'It holds a token that the hub does not keep. If you have it still, run it; a new one takes its place.',
  expired: 'Its token has ended.',
  spent: 'Its token is good for one agent, and one has registered with it.',
  none: 'Its token ended a while ago.',
}

/** What the cluster's owner runs for an import to begin, and how to get it anew. */
export function OfferPart({ cluster, progress: { token, expiresAt }, read }: OfferPartProps) {
  const now = useNow()
  const offer = useOffer(cluster.id)
  const { renew, pending, trouble } = useRenew(cluster.id, read)
  const ended = token !== 'good'
  // One that was replaced from elsewhere is good for nothing.
  const current = !ended && offer !== undefined && offer.expiresAt === expiresAt ? offer : null
  return (
    <div className="offer">
      {trouble !== null && <TroubleAlert error={trouble} />}
      {current ? (
        <Command offer={current} now={now} />
      ) : (
        <Alert isInline component="h3" variant={ended ? 'warning' : 'info'} title={titles[token]}>
          {token === 'expired' && expiresAt !== null
            ? `Its token was good until ${dateTime(expiresAt)}.`
            : explanations[token]}
        </Alert>
      )}
      <div className="offer__actions">
        <CapabilityButton
          capabilities={cluster.capabilities}
          needs="reconnect"
          variant={current ? 'link' : 'secondary'}
          isInline={current !== null}
          isLoading={pending}
          isDisabled={pending}
          onClick={renew}
        >
          New command
        </CapabilityButton>
        {current && (
          <Button variant="link" isInline onClick={() => saveText(`${cluster.name}-agent.yaml`, current.manifest)}>
            Download the manifest
          </Button>
        )}
      </div>
      {current && <Words offer={current} />}
    </div>
  )
}

function Command({ offer: { command, expiresAt }, now }: { offer: Offer; now: number }) {
  const left = expiresAt === null ? 0 : Math.max(0, Math.floor((Date.parse(expiresAt) - now) / 1000))
  return (
    <>
      <p>Run this where kubectl reaches the cluster:</p>
      {command !== null && <CommandBlock label="Command that imports the cluster">{command}</CommandBlock>}
      {expiresAt !== null && (
        <p className="quiet">
          Works once, for another{' '}
          <time dateTime={expiresAt} title={dateTime(expiresAt)}>
            {span(left)}
          </time>
          . Who has it can join a cluster under this name, so pass it on as you would a password.
        </p>
      )}
    </>
  )
}

function Words({ offer }: { offer: Offer }) {
  const [unfolded, setUnfolded] = useState(false)
  return (
    <ExpandableSection
      toggleText="What it creates, and what the agent may do then"
      isExpanded={unfolded}
      onToggle={(_event, open) => setUnfolded(open)}
    >
      <ImportWords {...offer} />
    </ExpandableSection>
  )
}
