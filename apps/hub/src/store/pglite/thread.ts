import { Worker } from 'node:worker_threads'
import { DatabaseError } from '../database-error.ts'
import { StoreError } from '../store-error.ts'
import type { QueryAnswer, Reply, Request, Start } from './protocol.ts'

/** How long the engine may take to shut down: it writes a checkpoint. */
const CLOSE_TIMEOUT_MS = 10_000

/** `Omit` for each member of a union. */
type Asked = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never

/** What the thread said instead of starting. */
export class EngineStartError extends Error {
  override readonly name = 'EngineStartError'
  readonly log: string[]

  constructor(message: string, log: string[]) {
    super(message)
    this.log = log
  }
}

/** PGlite in a thread of its own, as its statements block the thread that they run in. */
export class Thread implements AsyncDisposable {
  readonly #worker: Worker
  readonly #pending = new Map<number, { resolve: (answer: QueryAnswer) => void; reject: (error: Error) => void }>()
  readonly #exited: Promise<void>
  #nextId = 1
  #stopped: Error | null = null

  private constructor(worker: Worker, died: (error: Error) => void) {
    this.#worker = worker
    worker.on('message', (reply: Reply) => this.#heard(reply))
    this.#exited = new Promise(resolve => {
      let cause: unknown
      worker.once('error', error => {
        cause = error
      })
      worker.once('exit', code => {
        const expected = this.#stopped !== null
        this.#stopped ??= new StoreError('database_stopped', `The embedded database stopped (code ${code}).`, { cause })
        for (const waiting of this.#pending.values()) waiting.reject(this.#stopped)
        this.#pending.clear()
        if (!expected) died(this.#stopped)
        resolve()
      })
    })
  }

  /** Starts the engine on a directory that holds its files. `died` hears of it when it ends by itself. */
  static async start(dir: string, died: (error: Error) => void): Promise<Thread> {
    const worker = newWorker({ dir })
    await ready(worker)
    return new Thread(worker, died)
  }

  query(sql: string, parameters: readonly unknown[]): Promise<QueryAnswer> {
    return this.#ask({ op: 'query', sql, parameters })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#stopped) {
      const closed = this.#ask({ op: 'close' })
      this.#stopped = new StoreError('database_stopped', 'The store is closed.')
      const timer = setTimeout(() => void this.#worker.terminate(), CLOSE_TIMEOUT_MS)
      // A close that fails is as good as a killed process: the write-ahead log has everything.
      await closed.catch(() => this.#worker.terminate())
      await this.#exited
      clearTimeout(timer)
    }
    await this.#exited
  }

  #ask(asked: Asked): Promise<QueryAnswer> {
    if (this.#stopped) return Promise.reject(this.#stopped)
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      try {
        this.#worker.postMessage({ id, ...asked })
      } catch (error) {
        this.#pending.delete(id)
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
  }

  #heard(reply: Reply): void {
    if (reply.type !== 'answer' && reply.type !== 'error') return
    const waiting = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if (reply.type === 'answer') waiting?.resolve(reply.answer)
    else waiting?.reject(new DatabaseError(reply.failure))
  }
}

/** The thread gets neither the process's environment nor its flags: it needs none of them. */
function newWorker(start: Start): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { workerData: start, env: {}, execArgv: [] })
}

async function ready(worker: Worker): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const heard = (reply: Reply) => {
    if (reply.type === 'ready') resolve()
    if (reply.type === 'failed') reject(new EngineStartError(reply.message, reply.log))
  }
  const failed = (error: unknown) =>
    reject(new EngineStartError(error instanceof Error ? error.message : String(error), []))
  const exited = (code: number) => reject(new EngineStartError(`its thread ended with code ${code}`, []))
  worker.on('message', heard).on('error', failed).on('exit', exited)
  try {
    await promise
  } catch (error) {
    await worker.terminate()
    throw error
  } finally {
    worker.off('message', heard).off('error', failed).off('exit', exited)
  }
}
