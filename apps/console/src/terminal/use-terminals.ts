import type { Terminals } from '@moorage/contract/terminal.ts'
import { useQuery } from '@tanstack/react-query'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'

/** Which terminals this hub has; undefined while that is not known. They change only when the hub is started anew. */
export function useTerminals(): Terminals | undefined {
  const hub = useHub()
  return useQuery({
    queryKey: keys.info,
    queryFn: ({ signal }) => hub.hub.info(undefined, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  }).data?.terminals
}
