import type { MoorageClient } from '@moorage/client/client.ts'
import { createContext, type ReactNode, use } from 'react'

const HubContext = createContext<MoorageClient | null>(null)

/** Gives the hub's client to everything below. */
export function HubProvider({ client, children }: { client: MoorageClient; children: ReactNode }) {
  return <HubContext value={client}>{children}</HubContext>
}

/** The client of the hub that served the page. */
export function useHub(): MoorageClient {
  const client = use(HubContext)
  if (client === null) throw new Error('useHub is used outside of HubProvider.')
  return client
}
