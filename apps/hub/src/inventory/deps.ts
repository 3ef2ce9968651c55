import type { Store } from '../store/store.ts'

/** What every query of the inventory needs. */
export interface QueryDeps {
  store: Pick<Store, 'db'>
  now: () => Date
}

/** The cluster that is asked about. */
export interface QueriedCluster {
  id: string
  name: string
}

/** The part of every list's query that pages it. */
export interface PageQuery {
  limit: number
  continue?: string | undefined
}
