import type { CallContext } from '@moorage/client/client.ts'
import type { RollOut, RollOutStep } from '@moorage/contract/roll-out.ts'
import { type Io, note } from '../io.ts'
import { clean } from '../print/clean.ts'
import { painter } from '../print/colour.ts'
import { spin } from '../progress/spin.ts'
import { outcomeStyles } from '../views/agent-outcomes.ts'

/** Names that stand in one line about a wave. */
const NAMED = 5

/** What a call that works on agents in waves is given. */
export interface RollOutCall {
  signal: AbortSignal
  context: CallContext
}

/**
 * Has the hub work on agents, and says of each how it went as soon as that is
 * known. It goes to standard error: the result is what follows.
 */
export function followRollOut<T extends RollOut>(
  io: Io,
  text: string,
  call: (options: RollOutCall) => Promise<T>,
): Promise<T> {
  const paint = painter(io.env, io.stderr)
  return spin(io, text, ({ above, update }) => {
    const say = (line: string) => above(() => note(io, line))
    const under = new Set<string>()
    let waves: string[][] = []
    let ended = 0
    let at = 0
    const onRollOut = (step: RollOutStep) => {
      if (step.name === 'waves') waves = step.waves
      else if (step.name === 'begun') {
        if (step.wave !== at) say(waveInWords(step.wave, waves))
        at = step.wave
        under.add(step.cluster)
      } else {
        const { cluster, outcome, message } = step.outcome
        under.delete(cluster)
        if (step.outcome.wave !== null) ended += 1
        say(`  ${paint(outcomeStyles[outcome], outcome)} ${cluster}: ${clean(message)}`)
      }
      const all = waves.reduce((sum, wave) => sum + wave.length, 0)
      if (all > 0) update(`${text}: ${ended} of ${all}${under.size > 0 ? `, now ${listed([...under])}` : ''}`)
    }
    return call({ signal: io.signal, context: { onRollOut } })
  })
}

const listed = (names: readonly string[]) =>
  names.length <= NAMED ? names.join(', ') : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`

const waveInWords = (wave: number, waves: readonly string[][]) =>
  `Wave ${wave} of ${waves.length}: ${listed(waves[wave - 1] ?? [])}.`
