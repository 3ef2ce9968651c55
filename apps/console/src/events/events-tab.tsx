import {
  Button,
  EmptyState,
  EmptyStateBody,
  Skeleton,
  ToggleGroup,
  ToggleGroupItem,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core'
import HistoryIcon from '@patternfly/react-icons/dist/esm/icons/history-icon'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { plural } from '../format/quantity.ts'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { EventList } from './event-list.tsx'

/** Events on a page: a screenful and some to scroll. */
const PAGE = 100
const route = getRouteApi('/clusters/$cluster/events')
type Type = '' | 'Warning' | 'Normal'
const types: { type: Type; label: string }[] = [
  { type: '', label: 'All' },
  { type: 'Warning', label: 'Warnings' },
  { type: 'Normal', label: 'Normal' },
]

/** The events of a cluster, newest first, as they come. */
export function EventsTab() {
  const { cluster } = route.useParams()
  const hub = useHub()
  const [type, setType] = useState<Type>('')
  const events = useInfiniteQuery({
    queryKey: keys.events(cluster, { type }),
    queryFn: ({ signal, pageParam }) =>
      hub.inventory.events(
        { cluster, limit: PAGE, ...(type !== '' && { type }), ...(pageParam !== '' && { continue: pageParam }) },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next,
    placeholderData: keepPreviousData,
  })
  if (events.isError && !events.data) return <TroubleAlert error={events.error} retry={() => events.refetch()} />
  const items = events.data?.pages.flatMap(page => page.items)
  const total = events.data?.pages[0]?.total ?? 0
  return (
    <>
      <Toolbar aria-label="Filters of the events">
        <ToolbarContent>
          <ToolbarItem>
            <ToggleGroup aria-label="Type of event">
              {types.map(({ type: of, label }) => (
                <ToggleGroupItem key={of} text={label} isSelected={type === of} onChange={() => setType(of)} />
              ))}
            </ToggleGroup>
          </ToolbarItem>
          <ToolbarItem align={{ default: 'alignEnd' }}>
            <span role="status">{items && plural(total, 'event')}</span>
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      {items === undefined ? (
        <Skeleton height="16rem" screenreaderText="Loading events" />
      ) : items.length === 0 ? (
        <EmptyState headingLevel="h2" variant="sm" icon={HistoryIcon} titleText="No events">
          <EmptyStateBody>
            Nothing of this kind happened in the last 7 days. New events appear here by themselves.
          </EmptyStateBody>
        </EmptyState>
      ) : (
        <>
          <EventList events={items} />
          {events.hasNextPage && (
            <Button variant="link" isLoading={events.isFetchingNextPage} onClick={() => events.fetchNextPage()}>
              Load older events
            </Button>
          )}
        </>
      )}
    </>
  )
}
