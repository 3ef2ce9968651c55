import type { CallContext } from '@moorage/client/client.ts'
import type { CheckStep, Connected } from '@moorage/contract/cluster.ts'
import { type Io, note } from './io.ts'
import { painter } from './print/colour.ts'
import { cellsOf } from './print/wrap.ts'
import { spin } from './progress/spin.ts'
import { stepText } from './views/steps.ts'

/** What a call that checks a kubeconfig is given. */
export interface CheckCall {
  signal: AbortSignal
  context: CallContext
}

/**
 * Has the hub check a kubeconfig and prints each step as it passes. They go to
 * standard error: they are for people, the result is what follows.
 */
export async function checkInHub(
  io: Io,
  text: string,
  call: (options: CheckCall) => Promise<Connected>,
): Promise<Connected> {
  const paint = painter(io.env, io.stderr)
  return spin(io, text, async ({ above }) => {
    let told = 0
    const onStep = (step: CheckStep) => {
      told += 1
      above(() => note(io, stepText(step, paint, cellsOf(io.stderr))))
    }
    const done = await call({ signal: io.signal, context: { onStep } })
    // A hub of an earlier version tells them all at the end.
    for (const step of done.steps.slice(told)) onStep(step)
    return done
  })
}
