import type { Store } from '../store/store.ts'
import type { RowLimits } from '../store/visible-rows.ts'

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

/** A cluster that is searched, with the rows that the asker may see there; left out: all. */
export interface SearchedCluster extends QueriedCluster {
  limits?: RowLimits | undefined
}

/** The part of every list's query that pages it. */
export interface PageQuery {
  limit: number
  continue?: string | undefined
  /** Rows that the asker may see; left out: all. */
  limits?: RowLimits | undefined
}
