import type { RecordingPolicy } from '@moorage/contract/recording.ts'
import { Alert, Content } from '@patternfly/react-core'

/** Says, before anything is typed, that it is kept. */
export function RecordedNotice({ policy, what }: { policy: RecordingPolicy; what: string }) {
  if (policy === 'off') return null
  return (
    <Alert variant="info" isInline component="h3" title={`${what} is recorded`}>
      <Content component="p">
        What is shown and typed is kept, and who may see recordings can play it again. Secrets that you type or show are
        in it, too.
      </Content>
    </Alert>
  )
}
