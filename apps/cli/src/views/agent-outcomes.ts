import type { AgentOutcome } from '@moorage/contract/roll-out.ts'
import { clean } from '../print/clean.ts'
import type { Paint } from '../print/colour.ts'
import type { ListView } from '../print/output.ts'

/** How each outcome is coloured. */
export const outcomeStyles = {
  done: 'green',
  'nothing-to-do': 'dim',
  refused: 'red',
  away: 'yellow',
  'by-hand': 'blue',
  'not-begun': 'yellow',
  planned: 'blue',
} as const

/** How agents took what was asked of them. */
export const agentOutcomes = (paint: Paint): ListView<AgentOutcome> => ({
  name: ({ cluster }) => cluster,
  empty: 'No cluster has an agent.',
  columns: [
    { title: 'CLUSTER', value: ({ cluster }) => cluster },
    { title: 'OUTCOME', value: ({ outcome }) => paint(outcomeStyles[outcome], outcome) },
    { title: 'WAVE', value: ({ wave }) => (wave === null ? '-' : String(wave)) },
    { title: 'MESSAGE', value: ({ message }) => clean(message), shrink: true },
  ],
})
