import { ClipboardCopyButton, CodeBlock, CodeBlockAction, CodeBlockCode } from '@patternfly/react-core'
import { useCopied } from './use-copied.ts'

/** A long command to copy, all of it in sight. */
export function CommandBlock({ children, label }: { children: string; label: string }) {
  const [copied, copy] = useCopied()
  return (
    <CodeBlock
      className="command-block"
      actions={
        <CodeBlockAction>
          <ClipboardCopyButton
            id="copy-command"
            aria-label={`Copy: ${label}`}
            onClick={() => copy(children)}
            variant="plain"
          >
            {copied ? 'Copied' : 'Copy'}
          </ClipboardCopyButton>
        </CodeBlockAction>
      }
    >
      <CodeBlockCode>{children}</CodeBlockCode>
    </CodeBlock>
  )
}
