import type { Phase } from '@moorage/contract/cluster.ts'
import { Label } from '@patternfly/react-core'
import { lookOf, type PhaseLook } from './phase.ts'

const colours: Record<PhaseLook['tone'], 'green' | 'blue' | 'orange' | 'red' | 'grey'> = {
  good: 'green',
  busy: 'blue',
  warn: 'orange',
  bad: 'red',
  quiet: 'grey',
}

/** A phase as a word in its colour. */
export function PhaseLabel({ phase }: { phase: Phase }) {
  return <Label color={colours[lookOf(phase).tone]}>{phase}</Label>
}
