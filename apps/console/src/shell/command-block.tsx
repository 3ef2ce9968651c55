import { ClipboardCopyButton, CodeBlock, CodeBlockAction, CodeBlockCode } from '@patternfly/react-core'
import { useEffect, useState } from 'react'

/** ms for which the button says that it has copied. */
const SAY_COPIED = 2000

/** A long command to copy, all of it in sight. */
export function CommandBlock({ children, label }: { children: string; label: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAY_COPIED)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () => {
    void navigator.clipboard.writeText(children).then(() => setCopied(true))
  }
  return (
    <CodeBlock
      className="command-block"
      actions={
        <CodeBlockAction>
          <ClipboardCopyButton id="copy-command" aria-label={`Copy: ${label}`} onClick={copy} variant="plain">
            {copied ? 'Copied' : 'Copy'}
          </ClipboardCopyButton>
        </CodeBlockAction>
      }
    >
      <CodeBlockCode>{children}</CodeBlockCode>
    </CodeBlock>
  )
}
