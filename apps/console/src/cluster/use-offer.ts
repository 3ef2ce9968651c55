import type { AgentManifest } from '@moorage/contract/agent.ts'
import { type QueryClient, skipToken, useQuery } from '@tanstack/react-query'
import { keys } from '../api/keys.ts'

/** What an import hands out: its command and manifest hold the join token, which the hub itself can not tell again. */
export type Offer = AgentManifest

/**
 * Keeps an offer for as long as the page is open and somebody is signed in, in
 * memory alone: not in the address, not in the browser's storage.
 */
export function keepOffer(queries: QueryClient, clusterId: string, offer: Offer): void {
  queries.setQueryDefaults(keys.offer(clusterId), { gcTime: Number.POSITIVE_INFINITY })
  queries.setQueryData(keys.offer(clusterId), offer)
}

/** Lets go of an offer whose token is spent. */
export const dropOffer = (queries: QueryClient, clusterId: string): void =>
  queries.removeQueries({ queryKey: keys.offer(clusterId) })

/** The offer that was made for a cluster in this page; undefined where it was made elsewhere, or before a reload. */
export const useOffer = (clusterId: string): Offer | undefined =>
  useQuery<Offer>({ queryKey: keys.offer(clusterId), queryFn: skipToken }).data
