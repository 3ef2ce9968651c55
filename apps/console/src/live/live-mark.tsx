import { Tooltip } from '@patternfly/react-core'
import { useLive } from './live-provider.tsx'

const words = {
  connecting: { text: 'Connecting', tone: 'quiet', tip: 'Opening the stream of changes.' },
  live: { text: 'Live', tone: 'good', tip: 'What you see follows the hub by itself.' },
  lost: { text: 'Not live', tone: 'warn', tip: 'The stream of changes is lost. Trying again.' },
} as const

/** Whether the page follows the hub. */
export function LiveMark() {
  const { text, tone, tip } = words[useLive().state]
  return (
    <Tooltip content={tip} aria="none" position="bottom">
      <span className="live-mark" role="status">
        <span className={`dot dot--${tone} dot--disc`} aria-hidden="true" />
        <span className="live-mark__text">{text}</span>
      </span>
    </Tooltip>
  )
}
