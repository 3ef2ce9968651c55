import { ClipboardCopy } from '@patternfly/react-core'

/** A command to copy. */
export function Command({ children, label }: { children: string; label: string }) {
  return (
    <ClipboardCopy
      isReadOnly
      isCode
      hoverTip="Copy"
      clickTip="Copied"
      textAriaLabel={label}
      copyAriaLabel={`Copy: ${label}`}
      className="command"
    >
      {children}
    </ClipboardCopy>
  )
}
