import { Label } from '@patternfly/react-core'
import ClockIcon from '@patternfly/react-icons/dist/esm/icons/clock-icon'
import { Age } from './age.tsx'
import { useNow } from './clock.tsx'
import { freshness } from './freshness.ts'

/** When something last answered, marked where that is too long ago to be trusted. */
export function LastSeen({ at }: { at: string | null }) {
  const now = useNow()
  if (at === null) return <span className="quiet">never</span>
  if (freshness(at, now) === 'fresh') return <Age at={at} suffix />
  return (
    <Label color="orange" variant="outline" isCompact icon={<ClockIcon />} className="stale">
      <Age at={at} suffix />
      <span className="pf-v6-screen-reader"> stale</span>
    </Label>
  )
}
