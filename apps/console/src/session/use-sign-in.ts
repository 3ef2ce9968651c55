import type { Session } from '@moorage/contract/hub.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { keys } from '../api/keys.ts'

/** Signs in by whatever `by` does, and lets the page know who it is then. */
export function useSignIn<T>(by: (given: T) => Promise<Session>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: by,
    onSuccess: ({ identity }) => queries.setQueryData(keys.whoami, identity),
  })
}
