import { QueryCache, QueryClient } from '@tanstack/react-query'
import { keys } from './keys.ts'
import { isSignedOut } from './problem.ts'
import { shouldRetry } from './retry.ts'

/** ms for which an answer is used again without asking; changes from the hub end it at once. */
const STALE_TIME = 10_000
/** ms between two attempts: pages should recover within seconds of the hub. */
const RETRY_DELAY = 1000

/** A cache of the hub's answers. When the hub ends the session, everything on show gives way to the sign-in. */
export function newQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (isSignedOut(error) && query.queryKey[0] !== keys.whoami[0]) client.setQueryData(keys.whoami, null)
      },
    }),
    defaultOptions: { queries: { retry: shouldRetry, retryDelay: RETRY_DELAY, staleTime: STALE_TIME } },
  })
  return client
}
