import type { Terminals } from '@moorage/contract/terminal.ts'
import { MoorageError } from '../errors.ts'

const NAMES = { pod: 'Shells in pods', kubectl: 'The kubectl prompt' } as const

/** Throws where the hub is set not to have this terminal. */
export function requireTerminal(which: keyof Terminals, terminals: Terminals): void {
  if (terminals[which]) return
  const on = Object.entries(terminals).some(([, is]) => is) ? 'all' : which
  throw new MoorageError(
    'terminal_off',
    `${NAMES[which]} are switched off on this hub.`.replace('prompt are', 'prompt is'),
    {
      fix: `Who runs the hub can switch it on with "moorage server --terminals ${on}". "moorage kubectl" works without.`,
    },
  )
}
