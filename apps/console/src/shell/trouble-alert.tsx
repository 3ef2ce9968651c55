import { Alert, AlertActionLink, Content } from '@patternfly/react-core'
import { troubleOf } from '../api/problem.ts'

/** A failure in the API's words, with what would be right. */
export function TroubleAlert({ error, retry }: { error: unknown; retry?: () => void }) {
  const trouble = troubleOf(error)
  return (
    <Alert
      variant="danger"
      isInline
      title={trouble.title}
      component="h2"
      role="alert"
      {...(retry && { actionLinks: <AlertActionLink onClick={retry}>Try again</AlertActionLink> })}
    >
      <Content component="p">{trouble.detail}</Content>
      {trouble.fix !== null && <Content component="p">{trouble.fix}</Content>}
      {trouble.choices.length > 0 && <Content component="p">Possible: {trouble.choices.join(', ')}</Content>}
    </Alert>
  )
}
