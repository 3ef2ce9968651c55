import type { Mode } from '@moorage/contract/cluster.ts'
import { FormGroup, Radio } from '@patternfly/react-core'

/** What each mode means, by how the cluster is reached. */
const meanings = {
  agent: {
    'read-only':
      'Nodes, workloads, events and metrics are seen. Secrets can not be read, nothing is run, nothing is changed: the agent’s own rights do not allow it.',
    full: 'The cluster is managed: objects of every kind are read and changed, Secrets among them, each person under their own name. It counts once the rights are seen.',
  },
  kubeconfig: {
    'read-only':
      'Nodes, workloads, events and metrics are seen. The hub sends nothing but reads of these kinds, whatever the kubeconfig could do.',
    full: 'The hub may use all that the kubeconfig is allowed to do. It is refused where that is not enough to manage the cluster.',
  },
} as const satisfies Record<string, Record<Mode, string>>

interface ModeFieldProps {
  by: keyof typeof meanings
  mode: Mode
  onChange: (mode: Mode) => void
}

/** What the owner of the cluster lets Moorage do. */
export function ModeField({ by, mode, onChange }: ModeFieldProps) {
  return (
    <FormGroup role="radiogroup" fieldId="field-mode" label="Mode" isStack>
      {(['read-only', 'full'] as const).map(one => (
        <Radio
          key={one}
          id={`field-mode-${one}`}
          name="mode"
          label={one === 'full' ? 'Full' : 'Read-only'}
          description={meanings[by][one]}
          isChecked={mode === one}
          onChange={() => onChange(one)}
        />
      ))}
    </FormGroup>
  )
}
