import { ActionGroup, Button, Form, FormGroup, InputGroup, InputGroupItem, TextInput } from '@patternfly/react-core'
import EyeIcon from '@patternfly/react-icons/dist/esm/icons/eye-icon'
import EyeSlashIcon from '@patternfly/react-icons/dist/esm/icons/eye-slash-icon'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { TroubleAlert } from '../shell/trouble-alert.tsx'

/** Trades a token for a session. The token is never kept in the page. */
export function SignInForm() {
  const hub = useHub()
  const queries = useQueryClient()
  const [token, setToken] = useState('')
  const [shown, setShown] = useState(false)
  const signIn = useMutation({
    // Else the token would stay in the cache of mutations for minutes.
    gcTime: 0,
    mutationFn: (value: string) => hub.sessions.create({ token: value }),
    onSuccess: ({ identity }) => {
      setToken('')
      queries.setQueryData(keys.whoami, identity)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token.trim() !== '') signIn.mutate(token.trim())
  }
  return (
    <Form onSubmit={submit}>
      {signIn.isError && <TroubleAlert error={signIn.error} />}
      <FormGroup label="Token" fieldId="token" isRequired>
        <InputGroup>
          <InputGroupItem isFill>
            <TextInput
              id="token"
              type={shown ? 'text' : 'password'}
              value={token}
              onChange={(_event, value) => setToken(value)}
              autoComplete="current-password"
              autoFocus
              spellCheck={false}
              placeholder="moorage_…"
              validated={signIn.isError ? 'error' : 'default'}
              isRequired
            />
          </InputGroupItem>
          <InputGroupItem>
            <Button
              variant="control"
              aria-label={shown ? 'Hide the token' : 'Show the token'}
              icon={shown ? <EyeSlashIcon /> : <EyeIcon />}
              onClick={() => setShown(!shown)}
            />
          </InputGroupItem>
        </InputGroup>
      </FormGroup>
      <ActionGroup>
        <Button type="submit" isBlock isLoading={signIn.isPending} isDisabled={signIn.isPending || token.trim() === ''}>
          {signIn.isPending ? 'Signing in' : 'Sign in'}
        </Button>
      </ActionGroup>
    </Form>
  )
}
