const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The name under which the reading of events stands in `inventory_sync`. */
export const EVENT_KIND = 'Event'

/** The name under which metrics stand in `inventory_sync`. */
export const METRICS_KIND = 'NodeMetrics'

/** Objects of one kind that are kept of one cluster: Kubernetes itself is tried with 150,000 pods. Whoever has more, or makes them up, fills no disk. */
export const MAX_OBJECTS_OF_A_KIND = 1_000_000

/** How far an event may seem to be in the future, in ms, as clocks differ. It would outlive what sweeps old ones. */
export const EVENTS_AHEAD_MS = HOUR

/** Rows in one statement: some 20 ms of the embedded database, which does one thing at a time. */
export const MAX_ROWS = 500

/** Objects that lists have brought which make it worth telling the database's planner about them. */
export const SETTLE_ROWS = 2_000

/** From one reading of metrics to the next, in ms. metrics-server itself reads every 15 s. */
export const METRICS_EVERY_MS = 15 * SECOND

/** How often metrics are looked for where there are none, in ms: somebody may install a metrics-server. */
export const METRICS_RETRY_MS = MINUTE

/** One reading of metrics, in ms: 5,000 nodes are about 2 MB. */
export const METRICS_DEADLINE_MS = 10 * SECOND

/** Readings of nodes older than this are no longer shown as the present, in ms. */
export const METRICS_FRESH_MS = 2 * MINUTE

/** How long the samples at 15 s are kept, in ms. */
export const FINE_KEPT_MS = HOUR

/** How long the samples at 5 min are kept, in ms. */
export const COARSE_KEPT_MS = 7 * DAY

/** From one sweep of old events and samples to the next, in ms. */
export const SWEEP_EVERY_MS = MINUTE

/** Events are kept this long unless the operator says otherwise, in ms. */
export const EVENTS_KEPT_MS = 7 * DAY

/** Events of one cluster that are kept at most, unless the operator says otherwise. */
export const EVENTS_KEPT = 100_000

/** Events above the bound are forgotten once a cluster has brought this part of the bound, so that counting costs little. */
export const EVENTS_SLACK = 0.1

/** Matches of a search that are looked at to sort them; with more, a walk in order finds the first page sooner. */
export const SEARCH_COLLECT = 1_000

/** Events are counted up to this many. */
export const EVENTS_COUNTED = 10_000

/** Between pulls of an agent's inventory, in ms: short, as people see old things meanwhile and the agent redials within seconds. */
export const PULL_BACK_OFF = { baseMs: SECOND / 4, capMs: 3 * SECOND }

/** A pull that went on for so long was a good one, in ms. */
export const PULL_PROVEN_MS = 10 * SECOND

/** Batches of one agent that are stored at the same time, each of another kind. */
export const STORED_AT_ONCE = 4
