const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE
const MIB = 1024 * 1024

/** Agent processes of one cluster at a time: two replicas, those that a rolling restart replaces, and some that are not yet known to be gone. */
export const MAX_PROCESSES = 8

/** How long an agent has to open its link once it has dialled, in ms: one round trip over a slow WAN, many times. */
export const LINK_WAIT_MS = 10 * SECOND

/** What an agent may say on its link at once, and per second after that, pings aside. It says hello, once per link. */
export const WORDS_BURST = 20
export const WORDS_PER_SECOND = 1

/** Characters of a note of an agent's that go into the log. */
export const NOTE_CHARS = 1_000

/** How long another link is waited for when one broke off although others of the agent's connections may live, in ms. */
export const RELINK_WAIT_MS = 5 * SECOND

/** An agent that was heard within this counts as there, in ms: it says something every 5 s. */
export const HEARD_MS = 8 * SECOND

/** Connections of one cluster that may come at once: what one agent may have, and some more. */
export const DIAL_BURST = 560

/** Connections of one cluster that may come per second after that, beside those that the hub asks for and those in place of what it has used up: each session takes one. */
export const DIALS_PER_SECOND = 20

/** How often it is looked whether those who are connected have the key of their cluster's agent still, in ms. */
export const KEYS_EVERY_MS = 15 * SECOND

/** Assertions that are looked at at the same time: each asks the database for the agent's key. */
export const MAX_VERIFYING = 32

/** Assertions that wait for that. Beyond, agents are told to come again: they do, with full jitter. */
export const MAX_VERIFYING_WAITING = 4_000

/** Refused assertions of one address at once, and per second after that. Who is over it has no turn while others wait for theirs. */
export const REFUSED_BURST = 100
export const REFUSED_PER_SECOND = 2

/** The longest line of an inventory stream, in bytes: one batch of rows. */
export const BATCH_LINE_BYTES = 16 * MIB

/** Any other answer of an agent itself, or line of one, in bytes. */
export const ANSWER_BYTES = 1 * MIB

/** Nothing heard on an inventory stream, in ms, although an empty line should come every 5 s. */
export const PULL_SILENCE_MS = 15 * SECOND

/** Nothing heard of a removal, in ms: the agent waits up to 40 s for the API server to count what is left. */
export const REMOVAL_SILENCE_MS = 2 * MINUTE

/** Lines of one removal: each is a row of the receipt. A hub puts some dozens of objects into a member. */
export const MAX_REMOVAL_LINES = 10_000

/** Objects of a scan that are read. */
export const MAX_SCANNED = 1_000

/** How often changes of tunnels are written, in ms: in one statement for all, as thousands may come back at once. */
export const FLUSH_EVERY_MS = 200

/** How often a replica says that it lives and how busy its tunnels are, in ms. */
export const PRESENCE_EVERY_MS = 5 * SECOND

/** A replica that said nothing for so long is gone, in ms. */
export const PRESENCE_TTL_MS = 15 * SECOND

/** How long a replica that stops waits for its agents to be connected to others, in ms. One that comes to it by chance dials again within a second. */
export const HAND_OVER_MS = 8 * SECOND

/** How often it looks whether they are, in ms. */
export const HAND_OVER_LOOK_MS = 100

/** Things that happened to connections and wait to be written. More are forgotten: the log has them. */
export const MAX_EVENTS_WAITING = 20_000

/** Events of one cluster that may come at once, and per second after that: an agent that comes and goes takes no room of others. */
export const EVENTS_BURST = 100
export const EVENTS_PER_SECOND = 1

/** The same refusal of one cluster is written this often, in ms: an agent that is refused comes again and again. */
export const REFUSAL_EVERY_MS = MINUTE

/** How long connection events are kept, in ms. */
export const EVENTS_KEPT_MS = 30 * DAY

/** Connection events that are kept of one cluster. */
export const EVENTS_KEPT = 500

/** How often old connection events are let go, in ms. */
export const SWEEP_EVENTS_EVERY_MS = 10 * MINUTE

/** How long it is believed which replica holds a cluster's tunnels, in ms, where nothing else is heard. */
export const HOLDER_BELIEVED_MS = 2 * SECOND

/** Name lookup, TCP, TLS and the other replica's answer together, in ms: they are in one place. */
export const PEER_DIAL_MS = 5 * SECOND

/** Idle connections through another replica are closed after this, in ms: each takes one of the agent's. Longer than from probe to probe. */
export const PEER_IDLE_MS = 12 * SECOND

/** Connections to one cluster through another replica: half of what an agent may have, so that the replica that holds them keeps some. */
export const PEER_CONNECTIONS = 256

/** Dials to another replica at a time for one cluster: each is a TLS handshake for both. */
export const PEER_DIALS_AT_ONCE = 32

/** First TCP keep-alive probe after this much silence, in ms. */
export const KEEP_ALIVE_PROBE_MS = 10 * SECOND
