import type { CheckStep, Connected } from '@moorage/contract/cluster.ts'
import { LIVE_TYPE, type LiveCheck } from '@moorage/contract/live-check.ts'
import { encode, eventHeaders } from './events.ts'
import type { Exchange } from './exchange.ts'
import { problemOf, toMoorageError } from './problem.ts'

/** An answer that tells its steps as they pass, to a client that asked for that. */
export interface LiveAnswer {
  step(step: CheckStep): void
  /** Runs what the answer is about; where it fails after the first step, that is told in the stream. */
  following<T>(work: () => Promise<T>): Promise<T>
  /** Ends the stream with the result. False where there is none, as no step was told. */
  done(result: unknown): boolean
}

const wants = ({ request }: Exchange) =>
  (request.headers.accept ?? '').split(',').some(type => type.trim().startsWith(LIVE_TYPE))

/**
 * The stream begins with the first step, so what is refused before that has a
 * status and a problem document like any other. A check has a handful of steps:
 * nothing has to wait for a client that reads slowly.
 */
export function liveAnswer(exchange: Exchange, isLive: boolean): LiveAnswer {
  const { response, id } = exchange
  const asked = isLive && wants(exchange)
  let begun = false
  const tell = (event: LiveCheck) => {
    if (!response.destroyed) response.write(encode(event))
  }
  return {
    step(step) {
      if (!asked || response.destroyed) return
      if (!begun) response.writeHead(200, eventHeaders)
      begun = true
      tell({ type: 'step', step })
    },
    async following(work) {
      try {
        return await work()
      } catch (error) {
        if (begun) {
          tell({ type: 'failed', problem: problemOf(toMoorageError(error), id) })
          response.end()
        }
        throw error
      }
    },
    done(result) {
      if (!begun) return false
      tell({ type: 'done', result: result as Connected })
      response.end()
      return true
    },
  }
}
