import { Label, LabelGroup } from '@patternfly/react-core'

/** Labels that are shown before the rest is folded away. */
const SHOWN = 2

/** Kubernetes labels as small tags. */
export function Labels({ labels, shown = SHOWN }: { labels: Readonly<Record<string, string>>; shown?: number }) {
  const entries = Object.entries(labels)
  if (entries.length === 0) return <span className="quiet">–</span>
  return (
    <LabelGroup numLabels={shown} isCompact aria-label="Labels">
      {entries.map(([key, value]) => (
        <Label key={key} isCompact variant="outline" textMaxWidth="18ch">
          {value === '' ? key : `${key}=${value}`}
        </Label>
      ))}
    </LabelGroup>
  )
}
