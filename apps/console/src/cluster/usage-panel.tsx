import { Card, CardBody } from '@patternfly/react-core'
import { type Usage, width } from '../fleet/usage.ts'
import { bytes, cpu, percent } from '../format/quantity.ts'

interface UsagePanelProps {
  name: string
  resource: 'cpuMilli' | 'memoryBytes'
  usage: Usage | null
}

/** One resource in full: a bar and the numbers behind it. */
export function UsagePanel({ name, resource, usage }: UsagePanelProps) {
  const format = resource === 'cpuMilli' ? cpu : bytes
  const line = (part: number | null, otherwise: string) =>
    usage === null || part === null ? otherwise : `${format(part)} · ${percent(part, usage.capacity) ?? '–'}`
  return (
    <Card isCompact>
      <CardBody>
        <h2 className="size-cards__name">{name}</h2>
        <span className="size-cards__number">{usage === null ? '–' : format(usage.capacity)}</span>
        <span className="usage usage--wide" aria-hidden="true">
          <span className="usage__bar">
            <span
              className="usage__requested"
              style={{ width: `${width(usage?.requested ?? null, usage?.capacity ?? 0)}%` }}
            />
            <span className="usage__used" style={{ width: `${width(usage?.used ?? null, usage?.capacity ?? 0)}%` }} />
          </span>
        </span>
        <dl className="usage__legend">
          <div>
            <dt className="usage__key usage__key--used">Used</dt>
            <dd>{line(usage?.used ?? null, 'not measured')}</dd>
          </div>
          <div>
            <dt className="usage__key usage__key--requested">Requested</dt>
            <dd>{line(usage?.requested ?? null, 'not read yet')}</dd>
          </div>
        </dl>
      </CardBody>
    </Card>
  )
}
