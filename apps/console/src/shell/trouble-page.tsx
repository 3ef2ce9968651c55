import {
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
  PageSection,
} from '@patternfly/react-core'
import ExclamationCircleIcon from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon'
import { troubleOf } from '../api/problem.ts'

/** A failure that leaves nothing else to show. */
export function TroublePage({ error, retry }: { error: unknown; retry?: () => void }) {
  const trouble = troubleOf(error)
  return (
    <PageSection isFilled>
      <EmptyState headingLevel="h1" titleText={trouble.title} icon={ExclamationCircleIcon} status="danger">
        <EmptyStateBody role="alert">
          {trouble.detail}
          {trouble.fix !== null && <p>{trouble.fix}</p>}
        </EmptyStateBody>
        {retry && (
          <EmptyStateFooter>
            <EmptyStateActions>
              <Button onClick={retry}>Try again</Button>
            </EmptyStateActions>
          </EmptyStateFooter>
        )}
      </EmptyState>
    </PageSection>
  )
}
