import { TextInput } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { Field } from './field.tsx'

interface TextFieldProps {
  path: string
  label: string
  value: string
  onChange: (value: string) => void
  hint?: ReactNode
  error?: string | undefined
  placeholder?: string
  isRequired?: boolean
  isDisabled?: boolean
  autoFocus?: boolean
}

/** One line of text. Browsers neither keep nor spell what is typed. */
export function TextField({ value, onChange, placeholder, isDisabled = false, autoFocus, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {control => (
        <TextInput
          {...control}
          value={value}
          onChange={(_event, text) => onChange(text)}
          isDisabled={isDisabled}
          isRequired={field.isRequired ?? false}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          {...(placeholder !== undefined && { placeholder })}
          {...(autoFocus && { autoFocus })}
        />
      )}
    </Field>
  )
}
