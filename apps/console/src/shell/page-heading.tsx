import { Content, PageSection } from '@patternfly/react-core'
import type { ReactNode } from 'react'

/** The top of a page: its name, and beside it what belongs to the whole page. */
export function PageHeading({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <PageSection className="heading" aria-label="Heading">
      <Content component="h1">{title}</Content>
      {children}
    </PageSection>
  )
}
