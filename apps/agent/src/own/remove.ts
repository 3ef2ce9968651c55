import type { Readable } from 'node:stream'
import type { ObjectRef } from '@moorage/removal/object-ref.ts'
import type { RemovalProgress } from '@moorage/removal/progress.ts'
import { HubRefusal, readRemoval } from '../hub/refusal.ts'
import { LAST_LINES_MS, REPORT_MS } from '../limits.ts'
import { type Log, wordsOf } from '../log.ts'
import type { ApiServer } from '../member/api-server.ts'
import { untilDone } from '../retry.ts'
import { lineStream } from './line-stream.ts'

export interface RemovalDeps {
  api: ApiServer
  /** Id of the hub that the agent belongs to. */
  instance: string
  namespace: string
  log: Log
  /** In [0, 1). */
  random(): number
  /** Tells the hub, which has let go of the cluster, what was removed. Rejects where it could not be told. */
  report(done: LateRemoval, signal: AbortSignal): Promise<void>
  /** The agent is no longer there; the process has nothing left to do. */
  finished(): void
}

/** What the agent has done by itself. */
export interface LateRemoval {
  removed: ObjectRef[]
  kept: { object: ObjectRef; because: string }[]
}

export type RemovalRequest = NonNullable<ReturnType<typeof readRemoval>>

/** Takes the hub's objects, and then the agent, out of the cluster. */
export interface Removal {
  /** Whether that is under way: the process must not end meanwhile. */
  readonly running: boolean
  /** The process ends soon: what has not come to its last deletes is given up, and whoever waits for it is told why. */
  giveUp(): void
  /** For the hub that asks for it: what happens, as lines of JSON. */
  answer(asked: Record<string, unknown>, signal: AbortSignal): Readable
  /** Because the hub has said that it let go of the cluster. Resolves with whether the agent is gone. */
  alone(request: RemovalRequest, signal: AbortSignal): Promise<boolean>
}

export function openRemoval(deps: RemovalDeps): Removal {
  const { api, instance, namespace, log } = deps
  let running = false
  let leaving = false
  const ending = new AbortController()

  /** Ends the process, once what it told last has had its time: with the link, the hub gives up all connections. */
  function leave(told: Readable): void {
    leaving = true
    const soon = () => setTimeout(() => deps.finished(), LAST_LINES_MS)
    if (told.destroyed) soon()
    else told.once('close', soon)
  }

  /** Aborted by the signal until only the agent itself is left: that is gone through with. */
  async function run(
    request: RemovalRequest,
    signal: AbortSignal,
    tell: (progress: RemovalProgress) => Promise<void>,
  ): Promise<boolean> {
    if (request.instance !== instance) throw new Error('This agent belongs to another hub.')
    if (running) throw new Error('A removal is under way already.')
    running = true
    const stop = new AbortController()
    const either = AbortSignal.any([stop.signal, ending.signal])
    const onAbort = () => stop.abort(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    let done = false
    try {
      // Loaded when it is needed: most agents live for years before that.
      const { removeOwn } = await import('@moorage/removal/own.ts')
      log.info('removal begins', { objects: request.objects.length })
      for await (const progress of removeOwn(api, { ...request, namespace }, either)) {
        if ('scan' in progress && progress.scan.length === 0) signal.removeEventListener('abort', onAbort)
        if ('failed' in progress) log.warn('an object stays', { object: progress.failed, because: progress.message })
        done = 'done' in progress
        await tell(progress)
      }
      if (!done) either.throwIfAborted()
    } catch (error) {
      // Of what was given up, the reason says more.
      either.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener('abort', onAbort)
      running = false
    }
    log.info(done ? 'the agent has removed itself' : 'removal ended, and the agent stays', {})
    return done
  }

  /** As well as it goes within a moment. A hub that says no will not say yes in that time. */
  async function report(outcome: LateRemoval, signal: AbortSignal): Promise<void> {
    const failed = (error: unknown) =>
      log.warn('the hub could not be told what was removed', { because: wordsOf(error) })
    const either = AbortSignal.any([signal, AbortSignal.timeout(REPORT_MS)])
    const work = () =>
      deps.report(outcome, either).catch(error => {
        if (!(error instanceof HubRefusal && error.final)) throw error
        failed(error)
      })
    await untilDone(work, { failed, random: deps.random, signal: either }).catch(() => {})
  }

  return {
    get running() {
      return running || leaving
    },
    giveUp: () => ending.abort(new Error('The agent was told to end before the removal was over.')),
    answer(asked, signal) {
      const stream = lineStream()
      const request = readRemoval(asked)
      const work = async () => {
        if (request === null) throw new Error('The request does not say what is to be removed.')
        return run(request, signal, progress => stream.write(progress).catch(() => {}))
      }
      work()
        .catch(async error => {
          log.error('removal failed', { because: wordsOf(error) })
          // The person who waits for it is told why.
          await stream.write({ error: wordsOf(error) }).catch(() => {})
          return false
        })
        .then(done => {
          stream.end()
          // The hub may have gone away before the end, so the stream may be closed already.
          if (done) leave(stream.readable)
        })
      return stream.readable
    },
    async alone(request, signal) {
      const outcome: LateRemoval = { removed: [], kept: [] }
      const done = await run(request, signal, async progress => {
        log.info('removal', progress)
        if ('removed' in progress) outcome.removed.push(progress.removed)
        if ('kept' in progress) outcome.kept.push({ object: progress.kept, because: progress.because })
      })
      leaving = done
      // The pod is on its way out already, so it is tried for a moment and not for as long as it takes.
      await report(outcome, signal)
      if (done) deps.finished()
      return done
    },
  }
}
