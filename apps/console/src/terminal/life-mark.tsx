import type { Life } from './use-pod-terminal.ts'

const words = {
  closed: { text: 'Not connected', tone: 'quiet' },
  opening: { text: 'Connecting', tone: 'busy' },
  open: { text: 'Connected', tone: 'good' },
  ended: { text: 'Ended', tone: 'quiet' },
} as const

/** Whether one is connected. */
export function LifeMark({ life }: { life: Life['is'] }) {
  const { text, tone } = words[life]
  return (
    <span className="live-mark" role="status" aria-label="Connection">
      <span className={`dot dot--${tone} dot--disc`} aria-hidden="true" />
      {text}
    </span>
  )
}
