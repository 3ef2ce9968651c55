import type { CheckStep } from '@moorage/contract/cluster.ts'
import { LIVE_TYPE, LiveCheck } from '@moorage/contract/live-check.ts'
import type { Problem } from '@moorage/contract/problem.ts'
import { LiveRollOut, type RollOutStep } from '@moorage/contract/roll-out.ts'
import { ProblemError } from './problem-error.ts'

/** Whoever wants to know what goes on while a call is under way; a route tells steps of one kind, or none. */
export interface LiveReader {
  /** Is called with each step of a check as it passes. */
  onStep?: (step: CheckStep) => void
  /** Is called with what happens while agents are worked on. */
  onRollOut?: (step: RollOutStep) => void
}

/** Chars that one event may have before its end is seen: the longest has a manifest for each of thousands of agents. */
const MAX_EVENT_CHARS = 67_108_864

/** Whether the answer tells its steps as they pass. A hub that does not know how answers as it always did. */
export const isLive = (response: Response): boolean =>
  response.ok && (response.headers.get('content-type') ?? '').startsWith(LIVE_TYPE)

/** The events of a stream whose data are JSON, as they come. */
async function* eventsOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<unknown, void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      text += value
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      if (text.length > MAX_EVENT_CHARS) throw new Error('an event of the answer has no end')
      for (const event of events) {
        const data = event.split('\n').find(line => line.startsWith('data: '))
        if (data !== undefined) yield JSON.parse(data.slice('data: '.length))
      }
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

function resultOf(last: { type: 'done'; result: unknown } | { type: 'failed'; problem: Problem }): Response {
  if (last.type === 'failed') throw new ProblemError(last.problem)
  return Response.json(last.result)
}

/** Tells the steps of a live answer, and gives what it ends with as the answer that came without them. */
export async function followSteps(response: Response, { onStep, onRollOut }: LiveReader): Promise<Response> {
  if (response.body !== null) {
    for await (const data of eventsOf(response.body)) {
      if (onRollOut) {
        const event = LiveRollOut.parse(data)
        if (event.type === 'step') onRollOut(event.step)
        else return resultOf(event)
        continue
      }
      const event = LiveCheck.parse(data)
      if (event.type === 'step') onStep?.(event.step)
      else return resultOf(event)
    }
  }
  throw new Error('the connection ended before the answer did')
}
