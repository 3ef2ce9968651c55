import { TunnelError } from '@moorage/tunnel/errors.ts'
import type { Pool } from '@moorage/tunnel/pool.ts'

/** A pool of connections to one agent process, held here or by another replica. */
export interface Route {
  pool: Pool
  /** Whether its agent has a link. */
  linked(): boolean
  /** Whether its agent was heard so lately that what goes unanswered is not the tunnel's doing. */
  heard(): boolean
  /** Fires when what goes on without end should go on elsewhere. */
  readonly left: AbortSignal
}

/** Finds a way to a cluster's agent, at each request anew. Rejects where none is connected anywhere. */
export type FindRoute = (clusterId: string) => Route | Promise<Route>

/** Ways in a row that may take nothing more just as they are asked. */
const WAYS = 3

/** Does `work` on a way to the cluster, and on another one where nothing was begun as the first one goes. */
export async function onRoute<T>(find: FindRoute, clusterId: string, work: (route: Route) => Promise<T>): Promise<T> {
  for (let way = 1; ; way += 1) {
    const route = await find(clusterId)
    try {
      return await work(route)
    } catch (error) {
      if (way === WAYS || !(error instanceof TunnelError && error.reason === 'moved')) throw error
    }
  }
}
