import { type ProcessOptions, startProcess, type TestProcess } from './process.ts'

/** How often a process that died by itself is started again: one that always dies is broken. */
const RESTARTS = 3

/** A process that is started again when it dies by itself. For programs that keep nothing and are known to crash. */
export interface Supervised extends AsyncDisposable {
  /** Of the process that runs now. */
  readonly pid: number
  /** Rejects with the last log lines once it has died too often. */
  failed(): Promise<never>
  stop(): Promise<void>
}

export async function startSupervised(options: ProcessOptions): Promise<Supervised> {
  let current: TestProcess = await startProcess(options)
  let stopped = false
  const over = Promise.withResolvers<never>()
  over.promise.catch(() => {}) // nobody has to listen

  async function watchOver(): Promise<void> {
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      await current.ended
      if (stopped) return
      current = await startProcess(options)
      if (stopped) return await current.stop()
    }
    await current.ended
    if (!stopped) await current.failed()
  }
  const watching = watchOver().catch(over.reject)

  const stop = async () => {
    stopped = true
    await current.stop()
    await watching
  }
  return {
    get pid() {
      return current.pid
    },
    failed: () => over.promise,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
