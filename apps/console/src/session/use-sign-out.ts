import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'

/** Ends the session and drops everything that was read in it. */
export function useSignOut() {
  const hub = useHub()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => hub.sessions.end(),
    onSuccess: ({ signOutUrl }) => {
      // Otherwise the issuer would let the next person at this browser in without asking.
      if (signOutUrl !== null) window.location.assign(signOutUrl)
      queries.setQueryData(keys.whoami, null)
      queries.removeQueries({ predicate: query => query.queryKey[0] !== keys.whoami[0] })
    },
  })
}
