/** Labels that are shown before the rest is counted. */
const SHOWN = 2

/** Kubernetes labels as small tags; what is not shown is in the tooltip. */
export function Labels({ labels, shown = SHOWN }: { labels: Readonly<Record<string, string>>; shown?: number }) {
  const words = Object.entries(labels).map(([key, value]) => (value === '' ? key : `${key}=${value}`))
  if (words.length === 0) return <span className="quiet">–</span>
  const rest = words.slice(shown)
  return (
    <span className="labels" title={words.join(', ')}>
      {words.slice(0, shown).map(word => (
        <span key={word} className="labels__one">
          {word}
        </span>
      ))}
      {rest.length > 0 && (
        <span className="quiet">
          +{rest.length}
          <span className="pf-v6-screen-reader"> more: {rest.join(', ')}</span>
        </span>
      )}
    </span>
  )
}
