import type { Identity } from '@moorage/contract/hub.ts'
import { useQuery } from '@tanstack/react-query'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { isSignedOut } from '../api/problem.ts'

/** Who is signed in: null where nobody is. */
export function useIdentity() {
  const hub = useHub()
  return useQuery<Identity | null>({
    queryKey: keys.whoami,
    queryFn: async ({ signal }) => {
      try {
        return await hub.hub.whoami(undefined, { signal })
      } catch (error) {
        if (isSignedOut(error)) return null
        throw error
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}
