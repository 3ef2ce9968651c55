import { Form } from '@patternfly/react-core'
import { type FormEvent, useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { PasswordField } from './password-field.tsx'
import { SubmitButton } from './submit-button.tsx'
import { useSignIn } from './use-sign-in.ts'

/** Trades an admin token for a session. The token is never kept in the page. */
export function TokenForm() {
  const hub = useHub()
  const [token, setToken] = useState('')
  const signIn = useSignIn((value: string) => hub.sessions.create({ token: value }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token.trim() !== '') signIn.mutate(token.trim())
  }
  return (
    <Form onSubmit={submit}>
      {signIn.isError && <TroubleAlert error={signIn.error} />}
      <PasswordField
        id="token"
        label="Token"
        what="token"
        value={token}
        onChange={setToken}
        autoComplete="current-password"
        invalid={signIn.isError}
        placeholder="moorage_…"
        autoFocus
      />
      <SubmitButton busy="Signing in" pending={signIn.isPending} ready={token.trim() !== ''}>
        Sign in
      </SubmitButton>
    </Form>
  )
}
