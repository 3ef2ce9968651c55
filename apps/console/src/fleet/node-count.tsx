import { count } from '../format/quantity.ts'

/** Ready nodes of all nodes; marked where some are not ready. */
export function NodeCount({ ready, total }: { ready: number | null; total: number | null }) {
  if (total === null) return <span className="quiet">–</span>
  const missing = ready === null ? 0 : total - ready
  return (
    <span className={missing > 0 ? 'node-count node-count--short' : 'node-count'}>
      {ready === null ? '–' : count(ready)}/{count(total)}
      <span className="pf-v6-screen-reader"> ready</span>
    </span>
  )
}
