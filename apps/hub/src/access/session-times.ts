/** How long a browser's sign-in lasts, in seconds: a working day. */
export const SESSION_SECONDS = 12 * 3600

/** How long it lasts without being used, in seconds: a long meeting. */
const IDLE_SECONDS = 2 * 3600

/** When a session that was used just now ends, if it is not used again. */
export const idleEnd = (now: Date): Date => new Date(now.getTime() + IDLE_SECONDS * 1000)

/** `last_used_at` is written at most this often, in ms: a busy client would otherwise write at each request. */
export const USED_EVERY_MS = 60_000
