import { FormGroup, FormHelperText, HelperText, HelperTextItem } from '@patternfly/react-core'
import type { ReactNode } from 'react'

/** What a control is given to belong to its field. */
export interface Control {
  id: string
  'aria-describedby': string
  validated: 'default' | 'error'
}

interface FieldProps {
  /** Its path in the API's input. */
  path: string
  label: string
  hint?: ReactNode
  error?: string | undefined
  isRequired?: boolean
  children: (control: Control) => ReactNode
}

/** The id of a field's control. */
export const idOf = (path: string): string => `field-${path.replaceAll('.', '-')}`

/** A control with its label, what it is for, and what is wrong with it. */
export function Field({ path, label, hint, error, isRequired = false, children }: FieldProps) {
  const id = idOf(path)
  const help = `${id}-help`
  return (
    <FormGroup label={label} fieldId={id} isRequired={isRequired}>
      {children({ id, 'aria-describedby': help, validated: error === undefined ? 'default' : 'error' })}
      <FormHelperText id={help} aria-live="polite">
        <HelperText>
          {error !== undefined && <HelperTextItem variant="error">{sentence(label, error)}</HelperTextItem>}
          {hint !== undefined && <HelperTextItem>{hint}</HelperTextItem>}
        </HelperText>
      </FormHelperText>
    </FormGroup>
  )
}

/** The contract's messages go on from the name of the field; the API's are sentences of their own. */
const sentence = (label: string, message: string) => (/^[a-z]/.test(message) ? `${label} ${message}.` : message)
