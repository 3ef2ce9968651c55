import { styleText } from 'node:util'
import type { Io, Screen } from '../io.ts'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'magenta' | 'gray'
export type Paint = (style: Style | Style[], text: string) => string

/** Colours only where they are read by a person: on a terminal, and not when NO_COLOR is set (no-color.org). */
export function wantsColour(env: Io['env'], screen: Screen): boolean {
  if ((env.NO_COLOR ?? '') !== '') return false
  if ((env.FORCE_COLOR ?? '') !== '') return env.FORCE_COLOR !== '0'
  return screen.isTTY === true && env.TERM !== 'dumb'
}

/** A function that colours, or leaves the text as it is where colours are not wanted. */
export function painter(env: Io['env'], screen: Screen): Paint {
  if (!wantsColour(env, screen)) return (_style, text) => text
  return (style, text) => (text === '' ? '' : styleText(style, text, { validateStream: false }))
}

const phaseStyle: Record<string, Style> = {
  Running: 'green',
  Pending: 'blue',
  Provisioning: 'blue',
  Reconciling: 'blue',
  Warning: 'yellow',
  Unreachable: 'red',
  Error: 'red',
  Stopped: 'gray',
  Disconnecting: 'magenta',
  Deleting: 'magenta',
}

/** The phase in its colour. */
export const paintPhase = (paint: Paint, phase: string) => paint(phaseStyle[phase] ?? 'bold', phase)
