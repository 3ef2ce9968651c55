import type { Pool } from '@moorage/tunnel/pool.ts'

/** A pool of connections to one agent process, held here or by another replica. */
export interface Route {
  pool: Pool
  /** Whether its agent was heard of lately. */
  linked(): boolean
}

/** Finds a way to a cluster's agent, at each request anew. Rejects where none is connected anywhere. */
export type FindRoute = (clusterId: string) => Route | Promise<Route>
