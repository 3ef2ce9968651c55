/** How long to wait between attempts. */
export interface BackOff {
  /** The longest first wait, in ms. */
  baseMs: number
  /** The longest wait of all, in ms. */
  capMs: number
}

/** Short first, as most breaks are restarts of one API server among several; 30 s at most, so that a fleet that is away costs little. */
export const DEFAULT_BACK_OFF: BackOff = { baseMs: 500, capMs: 30_000 }

/**
 * Full jitter: anything between nothing and a bound that doubles with each
 * attempt (from 1), so that many watches which broke together do not come
 * back together. `random` is in [0, 1).
 */
export const fullJitter = (attempt: number, random: number, { baseMs, capMs }: BackOff): number =>
  Math.round(random * Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30)))
