import { FormSelect, FormSelectOption } from '@patternfly/react-core'
import { Field } from './field.tsx'
import { TextField } from './text-field.tsx'

interface ContextFieldProps {
  context: string
  /** The contexts of the kubeconfig, once the hub has told them. */
  choices: readonly string[]
  error?: string | undefined
  onChange: (context: string) => void
}

/** Which context of the kubeconfig is meant. */
export function ContextField({ context, choices, error, onChange }: ContextFieldProps) {
  if (choices.length === 0) {
    return (
      <TextField
        path="context"
        label="Context"
        hint="Only where the kubeconfig has several."
        value={context}
        error={error}
        onChange={onChange}
      />
    )
  }
  return (
    <Field path="context" label="Context" isRequired error={error}>
      {control => (
        <FormSelect {...control} value={context} onChange={(_event, value) => onChange(value)}>
          <FormSelectOption value="" label="Choose one" isPlaceholder />
          {choices.map(choice => (
            <FormSelectOption key={choice} value={choice} label={choice} />
          ))}
        </FormSelect>
      )}
    </Field>
  )
}
