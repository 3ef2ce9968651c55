import type { Pool } from '@moorage/tunnel/pool.ts'

/** A pool of connections to one agent process, held here or by another replica. */
export interface Route {
  pool: Pool
  /** Whether its agent has a link. */
  linked(): boolean
  /** Whether its agent was heard so lately that what goes unanswered is not the tunnel's doing. */
  heard(): boolean
}

/** Finds a way to a cluster's agent, at each request anew. Rejects where none is connected anywhere. */
export type FindRoute = (clusterId: string) => Route | Promise<Route>
