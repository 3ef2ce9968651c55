import { Button, FormGroup, InputGroup, InputGroupItem, TextInput } from '@patternfly/react-core'
import EyeIcon from '@patternfly/react-icons/dist/esm/icons/eye-icon'
import EyeSlashIcon from '@patternfly/react-icons/dist/esm/icons/eye-slash-icon'
import { useState } from 'react'

interface PasswordFieldProps {
  id: string
  label: string
  value: string
  onChange: (value: string) => void
  /** What password managers take it for. */
  autoComplete: 'current-password' | 'new-password'
  /** The word in the button that shows what was typed. */
  what?: string
  invalid?: boolean
  autoFocus?: boolean
  placeholder?: string
}

/** Something that nobody should read over the shoulder. */
export function PasswordField(props: PasswordFieldProps) {
  const { id, label, value, onChange, autoComplete, what = 'password', invalid = false, autoFocus, placeholder } = props
  const [shown, setShown] = useState(false)
  return (
    <FormGroup label={label} fieldId={id} isRequired>
      <InputGroup>
        <InputGroupItem isFill>
          <TextInput
            id={id}
            type={shown ? 'text' : 'password'}
            value={value}
            onChange={(_event, text) => onChange(text)}
            autoComplete={autoComplete}
            spellCheck={false}
            validated={invalid ? 'error' : 'default'}
            isRequired
            {...(autoFocus && { autoFocus })}
            {...(placeholder !== undefined && { placeholder })}
          />
        </InputGroupItem>
        <InputGroupItem>
          <Button
            variant="control"
            aria-label={shown ? `Hide the ${what}` : `Show the ${what}`}
            icon={shown ? <EyeSlashIcon /> : <EyeIcon />}
            onClick={() => setShown(!shown)}
          />
        </InputGroupItem>
      </InputGroup>
    </FormGroup>
  )
}
