import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { keepOffer } from './use-offer.ts'

/** Makes another token for an import. `read` brings its steps up to date, which say until when the newest one is good. */
export function useRenew(clusterId: string, read: () => Promise<unknown>) {
  const hub = useHub()
  const queries = useQueryClient()
  const [pending, setPending] = useState(false)
  const [trouble, setTrouble] = useState<unknown>(null)
  const renew = async () => {
    setPending(true)
    setTrouble(null)
    try {
      const { cluster: _, ...offer } = await hub.clusters.renewImport({ cluster: clusterId })
      await read()
      keepOffer(queries, clusterId, offer)
    } catch (error) {
      setTrouble(error)
    } finally {
      setPending(false)
    }
  }
  return { renew, pending, trouble }
}
