/** How long a browser's sign-in lasts, in seconds: a working day. */
export const SESSION_SECONDS = 12 * 3600

/** How long it lasts without any request, in seconds: a long meeting. */
const IDLE_SECONDS = 2 * 3600

/** When a session that was used just now ends, if it is not used again. */
export const idleEnd = (now: Date, expiresAt: Date): Date =>
  new Date(Math.min(expiresAt.getTime(), now.getTime() + IDLE_SECONDS * 1000))
