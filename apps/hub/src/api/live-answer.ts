import type { CheckStep } from '@moorage/contract/cluster.ts'
import { LIVE_TYPE } from '@moorage/contract/live-check.ts'
import type { RollOutStep } from '@moorage/contract/roll-out.ts'
import { encode, eventHeaders } from './events.ts'
import type { Exchange } from './exchange.ts'
import { PING_MS } from './limits.ts'
import { problemOf, toMoorageError } from './problem.ts'

/** What can be told while something goes on. */
export type LiveStep = CheckStep | RollOutStep

/** An answer that tells its steps as they pass, to a client that asked for that. */
export interface LiveAnswer {
  step(step: LiveStep): void
  /** Runs what the answer is about; where it fails after the first step, that is told in the stream. */
  following<T>(work: () => Promise<T>): Promise<T>
  /** Ends the stream with the result. False where there is none, as no step was told. */
  done(result: unknown): boolean
}

/** A line that says nothing: every reader of events passes over it. */
const PING = ':\n\n'

const wants = ({ request }: Exchange) =>
  (request.headers.accept ?? '').split(',').some(type => type.trim().startsWith(LIVE_TYPE))

/**
 * The stream begins with the first step, so what is refused before that has a
 * status and a problem document like any other. A check has a handful of steps,
 * a roll-out two for each cluster: nothing has to wait for a client that reads
 * slowly. Between two of them minutes may pass, and whoever is on the way must
 * not take that for the end.
 */
export function liveAnswer(exchange: Exchange, isLive: boolean): LiveAnswer {
  const { response, id } = exchange
  const asked = isLive && wants(exchange)
  let begun = false
  let pings: NodeJS.Timeout | undefined
  const tell = (event: object) => {
    if (!response.destroyed) response.write(encode(event))
  }
  const begin = () => {
    begun = true
    response.writeHead(200, eventHeaders)
    pings = setInterval(() => {
      if (!response.destroyed && !response.writableNeedDrain) response.write(PING)
    }, PING_MS)
    response.once('close', () => clearInterval(pings))
  }
  const end = (event: object) => {
    clearInterval(pings)
    tell(event)
    response.end()
  }
  return {
    step(step) {
      if (!asked || response.destroyed) return
      if (!begun) begin()
      tell({ type: 'step', step })
    },
    async following(work) {
      try {
        return await work()
      } catch (error) {
        if (begun) end({ type: 'failed', problem: problemOf(toMoorageError(error), id) })
        throw error
      }
    },
    done(result) {
      if (!begun) return false
      end({ type: 'done', result })
      return true
    },
  }
}
