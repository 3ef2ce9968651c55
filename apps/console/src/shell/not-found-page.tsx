import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, PageSection } from '@patternfly/react-core'
import CompassIcon from '@patternfly/react-icons/dist/esm/icons/compass-icon'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTitle } from './use-title.ts'

interface NotFoundProps {
  title?: string
  children?: ReactNode
}

/** An address that leads nowhere. */
export function NotFoundPage({ title = 'There is nothing at this address', children }: NotFoundProps) {
  useTitle('Not found')
  return (
    <PageSection isFilled>
      <EmptyState headingLevel="h1" titleText={title} icon={CompassIcon}>
        <EmptyStateBody>
          {children ?? 'The page may have moved, or the cluster that it was about may have been disconnected.'}
        </EmptyStateBody>
        <EmptyStateFooter>
          <EmptyStateActions>
            <Link to="/" className="pf-v6-c-button pf-m-primary">
              Back to the fleet
            </Link>
          </EmptyStateActions>
        </EmptyStateFooter>
      </EmptyState>
    </PageSection>
  )
}
