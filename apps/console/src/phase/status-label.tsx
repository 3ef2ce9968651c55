import { Label } from '@patternfly/react-core'
import { toneOf } from './status.ts'

/** A status of Kubernetes as a word in its colour. */
export function StatusLabel({ status }: { status: string }) {
  if (status === '') return <span className="quiet">–</span>
  return (
    <Label isCompact color={toneOf(status)}>
      {status.replaceAll(',', ', ')}
    </Label>
  )
}
