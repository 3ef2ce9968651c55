import { pause } from '../pause.ts'

/** s; what a person waits for without being told. A longer wait is for them to decide on: the hub's answer names it. */
const LONGEST = 10
/** Waits for one answer. */
const TIMES = 3

/** How long the hub asks to wait before the same is asked again, in s; null where it does not, or for too long. */
function asked({ status, headers }: Pick<Response, 'status' | 'headers'>): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return status === 429 && seconds >= 0 && seconds <= LONGEST ? seconds : null
}

/**
 * Asks again where the hub had too many requests and says how long to wait: then it did nothing of what it was asked.
 * `send` is called anew each time.
 */
export async function patiently(
  send: () => Promise<Response>,
  signal: AbortSignal,
  wait: (ms: number, signal: AbortSignal) => Promise<void> = pause,
): Promise<Response> {
  for (let waited = 0; ; waited += 1) {
    const answer = await send()
    const seconds = asked(answer)
    if (seconds === null || waited === TIMES) return answer
    await answer.body?.cancel()
    await wait(seconds * 1000, signal)
  }
}
