import type { Cluster } from '@moorage/contract/cluster.ts'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'

/** ms between two reads without a change, so that "last seen" moves on. */
const REFRESH = 5000

/** One cluster by name or id; what the fleet already knows of it is shown at once. */
export function useCluster(ref: string) {
  const hub = useHub()
  const queries = useQueryClient()
  return useQuery<Cluster>({
    queryKey: keys.cluster(ref),
    queryFn: ({ signal }) => hub.clusters.get({ cluster: ref }, { signal }),
    placeholderData: () =>
      queries.getQueryData<Cluster[]>(keys.fleet)?.find(({ id, name }) => name === ref || id === ref),
    refetchInterval: REFRESH,
  })
}
