import { Button, EmptyState, EmptyStateBody, PageSection, Skeleton } from '@patternfly/react-core'
import SearchIcon from '@patternfly/react-icons/dist/esm/icons/search-icon'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { plural } from '../format/quantity.ts'
import { PageHeading } from '../shell/page-heading.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { useTitle } from '../shell/use-title.ts'
import { ResultList } from './result-list.tsx'
import { SearchHelp } from './search-help.tsx'

/** Rows in one request. */
const PAGE = 100
const route = getRouteApi('/search')

/** Finds objects of all clusters at once. */
export function SearchPage() {
  const { find = '' } = route.useSearch()
  useTitle(find === '' ? 'Search' : `Search: ${find}`)
  const hub = useHub()
  const found = useInfiniteQuery({
    queryKey: keys.search(find),
    queryFn: ({ signal, pageParam }) =>
      hub.inventory.search({ q: find, limit: PAGE, ...(pageParam !== '' && { continue: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: page => page.next,
    enabled: find !== '',
    placeholderData: keepPreviousData,
  })
  const items = found.data?.pages.flatMap(page => page.items)
  const total = found.data?.pages[0]?.total ?? 0
  return (
    <>
      <PageHeading
        title={
          find === '' ? (
            'Search'
          ) : (
            <>
              Search: <code>{find}</code>
            </>
          )
        }
      >
        <span role="status" className="quiet">
          {find !== '' && found.isSuccess && plural(total, 'object')}
        </span>
      </PageHeading>
      <PageSection isFilled aria-label="Results">
        {find === '' && <SearchHelp />}
        {find !== '' && found.isError && <TroubleAlert error={found.error} retry={() => found.refetch()} />}
        {find !== '' && found.isPending && <Skeleton height="16rem" screenreaderText="Searching" />}
        {find !== '' && items && !found.isError && (
          <>
            {items.length === 0 ? (
              <EmptyState headingLevel="h2" variant="sm" icon={SearchIcon} titleText="Nothing found">
                <EmptyStateBody>No object of any cluster matches.</EmptyStateBody>
              </EmptyState>
            ) : (
              <ResultList items={items} />
            )}
            {found.hasNextPage && (
              <Button variant="link" isLoading={found.isFetchingNextPage} onClick={() => found.fetchNextPage()}>
                Load more
              </Button>
            )}
            {items.length === 0 && <SearchHelp />}
          </>
        )}
      </PageSection>
    </>
  )
}
