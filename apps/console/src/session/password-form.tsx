import { ProblemError } from '@moorage/client/problem-error.ts'
import { Alert, Content, Form, FormGroup, TextInput } from '@patternfly/react-core'
import { type FormEvent, useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { isGoodPair, NewPasswordFields } from './new-password-fields.tsx'
import { PasswordField } from './password-field.tsx'
import { SubmitButton } from './submit-button.tsx'
import { useSignIn } from './use-sign-in.ts'

interface Given {
  user: string
  password: string
  newPassword?: string
}

const mustChange = (error: unknown) => error instanceof ProblemError && error.code === 'password_change_required'

/** Signs in a local user. Whoever was given their password has to choose another one first. */
export function PasswordForm() {
  const hub = useHub()
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const [chosen, setChosen] = useState({ first: '', again: '' })
  const [changing, setChanging] = useState(false)
  const signIn = useSignIn(async (given: Given) => {
    try {
      return await hub.sessions.password(given)
    } catch (error) {
      if (mustChange(error)) setChanging(true)
      throw error
    }
  })
  const ready = user.trim() !== '' && password !== '' && (!changing || isGoodPair(chosen))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) signIn.mutate({ user: user.trim(), password, ...(changing && { newPassword: chosen.first }) })
  }
  const failed = signIn.isError && !mustChange(signIn.error)
  return (
    <Form onSubmit={submit}>
      {failed && <TroubleAlert error={signIn.error} />}
      {changing ? (
        <>
          <Alert variant="info" isInline component="h3" title="Choose a new password">
            <Content component="p">
              Somebody else has set the one that you signed in with. The new one should be known to you alone.
            </Content>
          </Alert>
          {/* For password managers: whose password this is. */}
          <input type="text" className="pf-v6-screen-reader" autoComplete="username" value={user} readOnly hidden />
          <NewPasswordFields chosen={chosen} onChange={setChosen} autoFocus />
        </>
      ) : (
        <>
          <FormGroup label="Name" fieldId="user" isRequired>
            <TextInput
              id="user"
              value={user}
              onChange={(_event, text) => setUser(text)}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              isRequired
              autoFocus
            />
          </FormGroup>
          <PasswordField
            id="password"
            label="Password"
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
            invalid={failed}
          />
        </>
      )}
      <SubmitButton busy="Signing in" pending={signIn.isPending} ready={ready}>
        {changing ? 'Change it and sign in' : 'Sign in'}
      </SubmitButton>
    </Form>
  )
}
