import type { CheckStep } from '@moorage/contract/cluster.ts'
import { LIVE_TYPE, LiveCheck } from '@moorage/contract/live-check.ts'
import { ProblemError } from './problem-error.ts'

/** Chars that one event may have before its end is seen: a cluster and six steps are a hundredth of it. */
const MAX_EVENT_CHARS = 4_194_304

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

/** Tells the steps of a live answer, and gives what it ends with as the answer that came without them. */
export async function followSteps(response: Response, onStep: (step: CheckStep) => void): Promise<Response> {
  if (response.body !== null) {
    for await (const data of eventsOf(response.body)) {
      const event = LiveCheck.parse(data)
      if (event.type === 'step') onStep(event.step)
      else if (event.type === 'failed') throw new ProblemError(event.problem)
      else return Response.json(event.result)
    }
  }
  throw new Error('the connection ended before the check did')
}
