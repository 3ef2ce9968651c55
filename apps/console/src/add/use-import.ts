import type { ImportCluster } from '@moorage/contract/agent.ts'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { keepOffer } from '../cluster/use-offer.ts'

/** Begins an import and goes to its cluster, where the command and the steps are. */
export function useImport() {
  const hub = useHub()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [pending, setPending] = useState(false)
  const [trouble, setTrouble] = useState<unknown>(null)
  return {
    pending,
    trouble,
    /** Resolves with what the import was refused for, null where it was not. Not a mutation: its cache would keep the proxy’s password. */
    async start(input: ImportCluster): Promise<unknown> {
      setPending(true)
      setTrouble(null)
      try {
        const { cluster, ...offer } = await hub.clusters.import(input)
        keepOffer(queries, cluster.id, offer)
        queries.setQueryData(keys.cluster(cluster.name), cluster)
        void queries.invalidateQueries({ queryKey: keys.fleet })
        await navigate({ to: '/clusters/$cluster', params: { cluster: cluster.name } })
        return null
      } catch (error) {
        setTrouble(error)
        return error
      } finally {
        setPending(false)
      }
    },
  }
}
