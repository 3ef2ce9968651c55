import { TransportError } from './errors.ts'

/** Aborts when the signal does, or when a step takes longer than it may. */
export const guarded = (signal: AbortSignal) => {
  const controller = new AbortController()
  const onAbort = () => controller.abort(signal.reason)
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    /** Runs one step with a limit of its own. */
    async within<T>(ms: number, message: string, run: () => Promise<T>): Promise<T> {
      const timer = setTimeout(() => controller.abort(new TransportError('timeout', message)), ms)
      try {
        return await run()
      } finally {
        clearTimeout(timer)
      }
    },
    end() {
      signal.removeEventListener('abort', onAbort)
      controller.abort(new TransportError('aborted', 'It was closed here.'))
    },
  }
}

/** Runs one request that must be over within `ms`. */
export const withinTime = async <T>(
  ms: number,
  message: string,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const guard = guarded(signal)
  try {
    return await guard.within(ms, message, () => run(guard.signal))
  } finally {
    guard.end()
  }
}
