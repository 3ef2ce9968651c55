import { Breadcrumb, BreadcrumbItem } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'

/** Where a page below the fleet is, with the way back. */
export function Where({ page }: { page: string }) {
  return (
    <Breadcrumb aria-label="Where you are">
      <BreadcrumbItem
        render={({ className }) => (
          <Link to="/" className={className}>
            Fleet
          </Link>
        )}
      />
      <BreadcrumbItem isActive>{page}</BreadcrumbItem>
    </Breadcrumb>
  )
}
