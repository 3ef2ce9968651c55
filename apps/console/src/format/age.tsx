import { Tooltip } from '@patternfly/react-core'
import { useNow } from './clock.tsx'
import { age, ago, dateTime } from './time.ts'

/** How long ago something was, with the exact time on hover and focus. */
export function Age({ at, suffix = false }: { at: string; suffix?: boolean }) {
  const now = useNow()
  return (
    <Tooltip content={dateTime(at)} aria="none">
      <time dateTime={at}>{suffix ? ago(at, now) : age(at, now)}</time>
    </Tooltip>
  )
}
