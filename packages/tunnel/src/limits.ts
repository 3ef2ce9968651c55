const SECOND = 1_000
const KIB = 1024

/** One head, request line or status line included, in bytes. Go's servers allow 1 MiB, Node's 16 KiB; a bearer token and 100 groups fit into 16 KiB. */
export const HEAD_BYTES = 64 * KIB

/** Header fields of one head, or trailers of one body. Impersonating somebody with many groups needs one each. */
export const HEADER_FIELDS = 512

/** One line of chunked framing, in bytes: a size and its extensions, which nobody uses. */
export const CHUNK_LINE_BYTES = 1 * KIB

/** Bytes of one body that wait in this process for its reader, beyond the one piece that the socket gave last (at most 64 KiB). */
export const BODY_WAITING_BYTES = 64 * KIB

/** What is read of the answer to a refused upgrade, in bytes: enough for any problem or Status. */
export const REFUSAL_BYTES = 64 * KIB

/** A refused request's body up to this many bytes is read and forgotten, so that its connection lives on. */
export const DRAINED_BYTES = 64 * KIB

/** ms; how long what is still coming in is read and forgotten after a last answer, so that no reset overtakes it. */
export const LINGER_MS = 2 * SECOND

/** Idle connections that an agent keeps open at each hub process. */
export const SPARES = 4

/**
 * Connections of one agent process to one hub process. A watch that runs over one takes 0.15 MiB of the agent and 0.12 MiB
 * of the hub (measured): all of them take 80 MiB of the 320 that an agent's pod may have.
 */
export const MAX_CONNECTIONS = 512

/** Dials of one agent process at a time: a burst must not take the whole CPU for handshakes. */
export const DIALS_AT_ONCE = 32

/** ms; a connection that ended sooner and was never used counts as a failed dial, or two sides that disagree would redial without pause. */
export const SHORT_LIFE_MS = 1 * SECOND

/** ms; idle connections above the spares are closed by the hub after this long. */
export const IDLE_CLOSE_MS = 30 * SECOND

/** ms; an idle connection gets an empty line this often. Common load balancers close after 30 s or more without bytes. */
export const KEEP_ALIVE_MS = 10 * SECOND

/** ms; how often a pool looks after its idle connections. A connection idle at two looks gets an empty line, which tells the agent so. */
export const SWEEP_MS = 1 * SECOND

/** Requests that wait for a connection to one agent process; more are refused at once. */
export const MAX_WAITING = 1_000

/** ms; how long the line of waiting requests may stand still, and one request wait in it: several round trips of a dial over a slow WAN. */
export const WAIT_MS = 10 * SECOND

/** ms; the longest wait while the line moves on, so that no request waits for ever behind others. */
export const LONGEST_WAIT_MS = 60 * SECOND

/** ms between pings, and without hearing anything until the peer counts as gone. Two pings may be lost; with the redial it stays below 15 s. */
export const PING_MS = 5 * SECOND
export const SILENCE_MS = 12 * SECOND

/** ms; a look at a peer's silence that comes so much too late is of a process that stood still or was too busy to read: it says nothing of the peer. */
export const LATE_LOOK_MS = 250

/** ms until the next look after a late one, and late ones that are let pass: what came in meanwhile is read by then. With the silence it stays at 15 s. */
export const LOOK_AGAIN_MS = 1 * SECOND
export const LATE_LOOKS = 3

/** One line on a link, in bytes. */
export const LINK_LINE_BYTES = 64 * KIB

/** Bytes that may wait to be sent on a link; a peer that reads no more is gone. */
export const LINK_WAITING_BYTES = 1024 * KIB

/** ms; first and longest back-off of redials, both with full jitter. */
export const BACK_OFF = { minMs: 200, maxMs: 15 * SECOND } as const

/** ms; a longer wait that the other side, or a proxy before it, asks for is cut to this. */
export const LONGEST_ASKED_MS = 60 * SECOND

/** A full record of TLS, in bytes: where one comes, more follow. */
export const TLS_RECORD_BYTES = 16 * KIB

/** One WebSocket frame that is sent, in bytes, and one that is taken. */
export const FRAME_PIECE_BYTES = 64 * KIB
export const FRAME_BYTES = 1024 * KIB

/** Interim answers (1xx) before the one that counts. */
export const INTERIM_ANSWERS = 16

/** ms; connections that were asked for and did not come are asked for again after this long, while requests wait. */
export const ASK_AGAIN_MS = 2 * SECOND

/** ms; first TCP keep-alive probe after this much silence; the system then probes a few times more. */
export const TCP_PROBE_MS = 15 * SECOND
