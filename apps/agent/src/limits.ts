const SECOND = 1000
const KIB = 1024
const MIB = 1024 * KIB

/** Name lookup, TCP, proxy and TLS to the hub together, in ms: a slow WAN handshake takes about one second. */
export const DIAL_MS = 10 * SECOND

/** The hub's answer to the request for a tunnel, in ms, once the connection is there. */
export const UPGRADE_MS = 10 * SECOND

/** One ordinary call to the hub, in ms. */
export const CALL_MS = 20 * SECOND

/** The hub's answer to a call, in bytes; a removal's list of objects is the longest. */
export const ANSWER_BYTES = 4 * MIB

/** What the hub asks of the agent itself, in bytes; a removal's list of objects is the longest. */
export const BODY_BYTES = 4 * MIB

/** One request to the agent's own API server that has a short answer, in ms. */
export const API_MS = 20 * SECOND

/** How old what was read of the ServiceAccount's token may be, in ms: it is renewed long before it ends. */
export const TOKEN_AGE_MS = 10 * SECOND

/** How long an assertion is valid, in s: it is made for one call. */
export const ASSERTION_SECONDS = 60

/** No link after the first connection, in ms: nothing gets through although the way was opened. Above the hub's own 10 s. */
export const LINK_WITHIN_MS = 15 * SECOND

/** No link after one has ended, in ms: what is open leads nowhere, and nobody says so. Above the 5 s in which the hub opens another one. */
export const LINK_AGAIN_MS = 6 * SECOND

/** A WebSocket is only used where nothing else passes; how long until that is tried again, in ms. */
export const PROTOCOL_AGAIN_MS = 600 * SECOND

/** How long connections made by older settings live on, in ms, so that what runs there can end. */
export const OLD_SETTINGS_MS = 30 * SECOND

/** How often an agent without a link looks whether another process of it was told other settings, in ms. */
export const KEPT_SETTINGS_MS = 10 * SECOND

/** Between attempts to join, in ms, both with full jitter: nothing is to be lost, and the owner is looking. */
export const JOIN_BACK_OFF = { baseMs: 1 * SECOND, capMs: 15 * SECOND }

/** Between attempts after the hub has said no for good, in ms: only a person can change that. */
export const REFUSED_MS = 60 * SECOND

/** An inventory stream says something at least this often, in ms: an empty line. */
export const QUIET_MS = 5 * SECOND

/** What waits of an inventory stream for the hub to read it, in bytes. */
export const STREAM_BYTES = 64 * KIB

/** Connections to the API server for the agent's own requests: a watch of each kind, and some lists. */
export const API_CONNECTIONS = 32

/** Idle connections to the API server are closed after this, in ms: below the API server's own 90 s. */
export const API_IDLE_MS = 45 * SECOND

/** One request of a proof, in ms. */
export const PROOF_MS = 15 * SECOND

/** Requests of one proof. */
export const PROOFS = 200

/** How much of the API server's words a proof passes on, in characters. */
export const PROOF_CHARS = 500

/** What runs has this long to end when the process is told to end, in ms: below the 25 s after which it ends in any case. */
export const DRAIN_MS = 20 * SECOND

/** How long a removal goes on after the process was told to end, in ms: Kubernetes kills it after 30 s. */
export const LAST_WORDS_MS = 25 * SECOND

/** How long before that a removal is given up, in ms: what it uses to count is taken away, and the hub is told. */
export const GIVE_UP_MS = 5 * SECOND

/** Between attempts of a removal that the hub has asked for and that did not come to its end, in ms. */
export const REMOVE_AGAIN_MS = 60 * SECOND

/** Between the last line of a removal and the end of the process, in ms: as long as a slow way to the hub takes. */
export const LAST_LINES_MS = 2 * SECOND

/** How long the hub is told what an agent has removed by itself, in ms: below the 30 s that Kubernetes leaves its pod. */
export const REPORT_MS = 10 * SECOND
