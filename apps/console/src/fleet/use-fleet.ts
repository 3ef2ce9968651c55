import type { Cluster } from '@moorage/contract/cluster.ts'
import { useQuery } from '@tanstack/react-query'
import { allPages, PAGE_SIZE } from '../api/all-pages.ts'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'

/** Clusters that a fleet on show may have; ten times what one hub is tested with. */
const MOST = 20_000
/** ms between two reads without a change, so that "last seen" moves on: a change of that alone is not announced. */
const REFRESH_SMALL = 10_000
/** As `REFRESH_SMALL`, where a read is megabytes. */
const REFRESH_LARGE = 60_000
/** Clusters from which on a fleet counts as large. */
const LARGE = 300

/** Every cluster that the hub knows, kept up to date. */
export function useFleet() {
  const hub = useHub()
  return useQuery<Cluster[]>({
    queryKey: keys.fleet,
    queryFn: async ({ signal }) => {
      const read = (next?: string) =>
        hub.clusters.list({ limit: PAGE_SIZE, ...(next !== undefined && { continue: next }) }, { signal })
      return (await allPages(read, MOST)).items
    },
    refetchInterval: query => ((query.state.data?.length ?? 0) > LARGE ? REFRESH_LARGE : REFRESH_SMALL),
  })
}
