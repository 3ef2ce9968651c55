import { MIN_PASSWORD_CHARS } from '@moorage/contract/user.ts'
import { HelperText, HelperTextItem } from '@patternfly/react-core'
import { PasswordField } from './password-field.tsx'

/** A new password, typed twice. */
export interface Pair {
  first: string
  again: string
}

/** Whether both are the same and long enough. The hub has the last word. */
export const isGoodPair = ({ first, again }: Pair): boolean => first.length >= MIN_PASSWORD_CHARS && first === again

interface NewPasswordFieldsProps {
  chosen: Pair
  onChange: (chosen: Pair) => void
  autoFocus?: boolean
}

/** Two fields for a new password, and what is still lacking. */
export function NewPasswordFields({ chosen, onChange, autoFocus = false }: NewPasswordFieldsProps) {
  const long = chosen.first.length >= MIN_PASSWORD_CHARS
  const differs = chosen.again !== '' && chosen.first !== chosen.again
  return (
    <>
      <PasswordField
        id="new-password"
        label="New password"
        what="new password"
        value={chosen.first}
        onChange={first => onChange({ ...chosen, first })}
        autoComplete="new-password"
        autoFocus={autoFocus}
      />
      <PasswordField
        id="new-password-again"
        label="New password again"
        what="repeated password"
        value={chosen.again}
        onChange={again => onChange({ ...chosen, again })}
        autoComplete="new-password"
        invalid={differs}
      />
      <HelperText aria-live="polite">
        <HelperTextItem variant={long ? 'success' : 'default'}>
          At least {MIN_PASSWORD_CHARS} characters, such as a few words that do not belong together
        </HelperTextItem>
        {differs && <HelperTextItem variant="error">The two differ</HelperTextItem>}
      </HelperText>
    </>
  )
}
