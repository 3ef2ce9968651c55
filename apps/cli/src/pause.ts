import { setTimeout as delay } from 'node:timers/promises'

/** Waits that long, or rejects at once when the signal is aborted. */
export const pause = (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal })
