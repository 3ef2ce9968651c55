import { Tooltip } from '@patternfly/react-core'
import { percent } from '../format/quantity.ts'
import { inWords, type Usage, width } from './usage.ts'

interface UsageBarProps {
  usage: Usage | null
  resource: 'cpuMilli' | 'memoryBytes'
  name: string
}

/** A share at which a resource counts as tight. */
const TIGHT = 90

/** A bar of what is there (the whole), requested (pale) and used (full). */
export function UsageBar({ usage, resource, name }: UsageBarProps) {
  if (usage === null) return <span className="quiet">unknown</span>
  const words = inWords(usage, resource)
  const used = width(usage.used, usage.capacity)
  const requested = width(usage.requested, usage.capacity)
  const shown = usage.used ?? usage.requested
  return (
    <Tooltip content={words} aria="none">
      <span className="usage" role="img" aria-label={`${name}: ${words}`}>
        <span className="usage__number">{shown === null ? '–' : (percent(shown, usage.capacity) ?? '–')}</span>
        <span className="usage__bar">
          <span
            className={`usage__requested${requested >= TIGHT ? ' usage__requested--tight' : ''}`}
            style={{ width: `${requested}%` }}
          />
          <span className={`usage__used${used >= TIGHT ? ' usage__used--tight' : ''}`} style={{ width: `${used}%` }} />
        </span>
      </span>
    </Tooltip>
  )
}
