import { Button } from '@patternfly/react-core'
import CheckIcon from '@patternfly/react-icons/dist/esm/icons/check-icon'
import CopyIcon from '@patternfly/react-icons/dist/esm/icons/copy-icon'
import { memo } from 'react'
import { useCopied } from '../shell/use-copied.ts'
import { type Run, type RunEnd, textOf } from './scrollback.ts'

/** A line that was run, and what came of it. */
export const RunBlock = memo(function RunBlock({ run }: { run: Run }) {
  const [copied, copy] = useCopied()
  return (
    <div className="run">
      <div className="run__line">
        <code className="breakable">
          <span className="quiet">kubectl</span> {run.line.replace(/^\s*kubectl\s+/, '')}
        </code>
        {run.parts.length > 0 && (
          <Button
            variant="plain"
            size="sm"
            icon={copied ? <CheckIcon /> : <CopyIcon />}
            aria-label={copied ? 'Copied' : `Copy the output of ${run.line}`}
            onClick={() => copy(textOf(run))}
          />
        )}
      </div>
      {run.shortened && <p className="quiet">The beginning of the output was too long to be kept.</p>}
      {run.parts.length > 0 && (
        <pre className="run__output">
          {run.parts.map(({ stream, text }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts are only ever appended to
            <span key={index} className={`run__${stream}`}>
              {text}
            </span>
          ))}
        </pre>
      )}
      <EndLine end={run.end} />
    </div>
  )
})

function EndLine({ end }: { end: RunEnd | null }) {
  if (end === null) return null
  if (end.kind === 'refused') return <p className="run__end run__end--bad">Not run: {end.message}</p>
  if (end.kind === 'lost')
    return (
      <p className="run__end run__end--bad">The connection was lost before it ended: it may have had its effect.</p>
    )
  if (end.reason !== null) return <p className="run__end run__end--bad">{end.reason}</p>
  if (end.code === 0) return null
  return <p className="run__end run__end--bad">{end.code === null ? 'It was ended.' : `Exit code ${end.code}`}</p>
}
