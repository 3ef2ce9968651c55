import { Banner } from '@patternfly/react-core'
import DisconnectedIcon from '@patternfly/react-icons/dist/esm/icons/disconnected-icon'
import { useNow } from '../format/clock.tsx'
import { span } from '../format/time.ts'
import { useLive } from './live-provider.tsx'

/** ms without the hub before the page speaks of it: a restart of the hub is shorter. */
const SAY_AFTER = 2500

/** Says that what is on show does not follow the hub any more, and from when it is. */
export function ConnectionBanner() {
  const live = useLive()
  const now = useNow()
  const lost = live.state === 'lost' && now - live.since >= SAY_AFTER ? live : null
  return (
    <div role="status" className="connection-banner">
      {lost && (
        <Banner color="orange" screenReaderText="Warning:">
          <DisconnectedIcon /> <strong>Connection to the hub lost.</strong>{' '}
          {lost.lastLive === null ? (
            'Trying again.'
          ) : (
            <>
              What you see is from{' '}
              <time dateTime={new Date(lost.lastLive).toISOString()}>
                {new Date(lost.lastLive).toLocaleTimeString('en-GB')}
              </time>
              <span aria-hidden="true"> ({span(Math.floor((now - lost.lastLive) / 1000))} ago)</span>. Trying again.
            </>
          )}
        </Banner>
      )}
    </div>
  )
}
