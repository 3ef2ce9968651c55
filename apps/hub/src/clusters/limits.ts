const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

/** From one probe that was answered to the next, in ms. With the deadline and a second try it makes 12.5 s, below the 15 s in which silence must be noticed. */
export const PROBE_EVERY_MS = 4 * SECOND

/** A probe is one small GET: an API server that takes longer is not usable, in ms. */
export const PROBE_DEADLINE_MS = 4 * SECOND

/** A probe of a cluster that was silent before, in ms. Shorter, so that one that starts to answer is back within 5 s. */
export const SILENT_PROBE_DEADLINE_MS = 3 * SECOND

/** From the first failed probe to the second, in ms: one lost packet or a restart of one replica is not an outage. */
export const SECOND_TRY_MS = SECOND / 2

/** From one failed probe to the next, in ms, where the cluster is known to be silent. */
export const RETRY_MS = 2 * SECOND

/** After a probe that ran into its deadline, in ms: it has waited already. */
export const RETRY_AFTER_TIMEOUT_MS = SECOND

/** Failed probes in a row that make the phase change. */
export const STRIKES = 2

/** Silence that makes a single failed probe enough, in ms: after a restart of the hub, or a pause of its machine. */
export const SILENCE_MS = 12 * SECOND

/**
 * Silence of a cluster that is reached by an agent until it counts as such, in ms. Counted from the last answer, which
 * was at most a probe's distance before the tunnel broke: so a redial has 10 s, and the notice comes within 15 s.
 */
export const AGENT_SILENCE_MS = 14 * SECOND

/** Refusals of the credential count once they have gone on for so long, in ms: an API server that has just begun has not read its roles yet, and refuses everybody. */
export const REFUSED_MS = 5 * SECOND

/** The shortest probe of a cluster that has been silent for nearly so long, in ms. */
export const LAST_PROBE_MS = SECOND / 5

/** From one look for an agent that is known to be away to the next, in ms. It is looked for at once when it says hello. */
export const AGENT_AWAY_MS = 4 * SECOND

/** How often the agent's rights are looked at while it says that they were raised, in ms: people wait for it. */
export const RIGHTS_WHILE_RAISING_MS = 5 * SECOND

/** An agent may be this many minor versions older than the hub. */
export const AGENT_MINORS = 2

/** Credentials that end this soon are mentioned, in ms. */
export const EXPIRY_NOTICE_MS = 30 * DAY

/** Credentials that end this soon are warned about, in ms. */
export const EXPIRY_WARNING_MS = 7 * DAY

/** How often version and API groups are read again, in ms: upgrades and new CRDs. */
export const SERVER_FACTS_EVERY_MS = 60 * SECOND

/** How often the inventory is summed up again though nothing seems to have changed, in ms. */
export const SUMMARY_EVERY_MS = 30 * SECOND

/** How often it is summed up while it changes, in ms: the sum is a query over the cluster's rows. */
export const SUMMARY_WHEN_CHANGED_MS = 5 * SECOND

/** From one pass to the next while the inventory is first read, in ms: people watch it fill. */
export const WHILE_READING_MS = SECOND

/** How often the credential's rights are looked at again, in ms: their owner may have changed a role. */
export const RIGHTS_EVERY_MS = 10 * MINUTE

/** Version, groups or rights of an answering cluster, each, in ms. */
export const READ_DEADLINE_MS = 10 * SECOND

/** Readings of version, rights and sums under way at a time, of all clusters. Rights are some 70 requests: without a bound a hub that starts with a thousand clusters sends them all at once, before it knows which of them answer. */
export const READINGS_AT_ONCE = 16

/** How long a failed reading of those waits before it is tried again, in ms. */
export const READ_AGAIN_MS = 15 * SECOND

/** Steps of the connect check, each, in ms: people wait for it. */
export const CHECK_STEP_MS = 10 * SECOND

/** How long a tombstone with its receipt is kept, in ms. */
export const TOMBSTONE_MS = 3 * DAY

/** Removal of one object of the ledger, in ms. */
export const REMOVE_DEADLINE_MS = 10 * SECOND

/** How often the whole status is written though nothing differs, in ms: it carries when each condition was last found. */
export const STATUS_EVERY_MS = 30 * SECOND

/** How often the times of last answers are written, in ms: in one statement for all, as each cluster answers every few seconds. */
export const LAST_SEEN_EVERY_MS = SECOND

/** How long a reconciler waits after a failure of the hub itself, such as a database that is away, in ms. */
export const TROUBLE_MS = 2 * SECOND

/** How often the fleet looks for clusters that it was not told of, in ms. */
export const FLEET_EVERY_MS = 5 * SECOND

/** Clusters that a replica takes in one statement: few enough for replicas that start together to share them. */
export const TAKEN_AT_ONCE = 25

/** How often receipts whose time is over are let go, in ms. */
export const TOMBSTONES_EVERY_MS = 10 * MINUTE

/** A whole removal by an agent, in ms: it waits for namespaces to end and for counts of what is in its own. */
export const REMOVE_BY_AGENT_MS = 3 * MINUTE

/** What a move to a kubeconfig waits for the agent's own removal, in ms: people wait for the answer. */
export const SEND_AWAY_MS = 60 * SECOND

/** How long a join token is remembered after its end, in ms: a late use is then named for what it is. */
export const JOIN_TOKENS_KEPT_MS = 7 * DAY
