const MINUTE = 60_000
const MIB = 1024 * 1024

/** Name lookup, TCP, proxy and TLS together, in ms: a slow WAN handshake takes about one second. */
export const CONNECT_TIMEOUT_MS = 10_000

/**
 * First TCP keep-alive probe after this much silence, in ms. libuv then probes
 * each second, ten times: a peer that vanished is noticed within 20 s, although
 * a quiet watch is never read with a time-out.
 */
export const KEEP_ALIVE_PROBE_MS = 10_000

/** Idle connections kept, in ms. Below the 60 s of common load balancers and the API server's own 90 s. */
export const IDLE_CONNECTION_MS = 45_000

/** Connections for short requests to one API server. More would only queue inside the API server. */
export const SHORT_CONNECTIONS = 16

/**
 * Connections for watches and followed logs, which keep theirs for minutes, and for other people's requests, whose
 * readers may be slow; apart, so that they starve nobody. Thousands may watch one cluster.
 */
export const LONG_CONNECTIONS = 4_096

/** Answer to an upgrade that was refused, in bytes: enough for any Status. */
export const REFUSAL_BYTES = 64 * 1024

/** One JSON answer, in bytes. A page of 500 objects at etcd's limit of 1.5 MiB would not fit and is asked for in smaller pages. */
export const ANSWER_BYTES = 256 * MIB

/** One line of a watch, in bytes: one object, which etcd holds to about 1.5 MiB and JSON may triple. */
export const WATCH_LINE_BYTES = 16 * MIB

/** How much of a server's own words is passed on, in characters. */
export const MESSAGE_CHARS = 1024

/** The longest wait that a server may ask for and get, in ms. */
export const RETRY_AFTER_MAX_MS = 5 * MINUTE
