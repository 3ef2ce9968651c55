import type { AgentOutcome } from '@moorage/contract/routes/agents.ts'
import { clean } from '../print/clean.ts'
import type { Paint } from '../print/colour.ts'
import type { ListView } from '../print/output.ts'

const styles = {
  done: 'green',
  'nothing-to-do': 'dim',
  refused: 'red',
  away: 'yellow',
  'by-hand': 'blue',
  'not-begun': 'yellow',
} as const

/** How agents took what was asked of them. */
export const agentOutcomes = (paint: Paint): ListView<AgentOutcome> => ({
  name: ({ cluster }) => cluster,
  empty: 'No cluster has an agent.',
  columns: [
    { title: 'CLUSTER', value: ({ cluster }) => cluster },
    { title: 'OUTCOME', value: ({ outcome }) => paint(styles[outcome], outcome) },
    { title: 'MESSAGE', value: ({ message }) => clean(message), shrink: true },
  ],
})
