/** Every limit of the HTTP server, with unit and reason. */

/** Bytes of a JSON body: a kubeconfig of 1 MiB, escaped as JSON, with room for the rest. */
export const MAX_BODY_BYTES = 2_621_440
/** Bytes of a body that is too large which are still read and thrown away, so that the client gets to read the answer. */
export const MAX_DISCARDED_BYTES = 16_777_216
/** Levels of a JSON body: what the API takes has three. */
export const MAX_JSON_DEPTH = 16
/**
 * Bytes of a request's address and all its headers: the longest address that clusters are asked with, and 16 KiB, as some
 * identity proxies send much. With whom a request impersonates it has to fit into the 64 KiB that agents take.
 */
export const MAX_HEADER_BYTES = 49_152
/** Number of request headers. */
export const MAX_HEADERS = 100
/** Characters of a request's address: the longest search, percent-encoded, fits. */
export const MAX_URL_CHARS = 8_192
/** A client has this long for its headers, in ms, so that idle sockets are not held open by dribbling. */
export const HEADERS_TIMEOUT_MS = 20_000
/** A client has this long for the whole request with its body, in ms: 2.5 MiB over a slow line. */
export const REQUEST_TIMEOUT_MS = 60_000
/** Between two looks at who takes longer than that, in ms: Node itself looks every 30 s. */
export const LATE_EVERY_MS = 5_000
/** Idle keep-alive connections are closed after this, in ms. Above the 60 s of common load balancers, which then close first. */
export const KEEP_ALIVE_MS = 65_000
/** A backup whose client takes nothing for so long is given up, in ms: until then no other one can be taken of an embedded database. */
export const BACKUP_STALL_MS = 60_000
/** Open connections at once: 10,000 agents with their spares, consoles and CLIs; Node raises the process's descriptors to what is allowed. */
export const MAX_CONNECTIONS = 65_000
/** What an agent that is refused for now is asked to wait, in s. It adds jitter of its own. */
export const RETRY_UPGRADE_S = 5
/** What the other end of a refused upgrade has to read the answer, in ms. */
export const UPGRADE_LINGER_MS = 2_000
/** Between pings on a stream of events, in ms: below the 30 s idle limit of strict proxies. */
export const PING_MS = 15_000
/** How often a stream's credential is looked at again, in ms: a revocation ends it within 2 s. */
export const RECHECK_MS = 1_000
/** Streams of changes open at once on one hub: below MAX_CONNECTIONS, so that requests still get through. */
export const MAX_STREAMS = 5_000
/** What shutdown waits for running requests, in ms, before it cuts them. Less than what it has in all, with the hand-over of tunnels before it. */
export const DRAIN_MS = 10_000
/** How long readiness waits for the store, in ms: probes give up after a second or some. */
export const READY_TIMEOUT_MS = 900
/** Failed sign-ins that one address may make in SIGN_IN_WINDOW_MS. Tokens can't be guessed; this keeps logs and database calm. */
export const MAX_FAILED_SIGN_INS = 20
export const SIGN_IN_WINDOW_MS = 60_000
