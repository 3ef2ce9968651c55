import { ActionGroup, Alert, Button, Card, CardBody, CardTitle, Form } from '@patternfly/react-core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { isGoodPair, NewPasswordFields } from '../session/new-password-fields.tsx'
import { PasswordField } from '../session/password-field.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'

const NOTHING = { first: '', again: '' }

/** Changes one's password. */
export function PasswordCard() {
  const hub = useHub()
  const queries = useQueryClient()
  const [password, setPassword] = useState('')
  const [chosen, setChosen] = useState(NOTHING)
  const change = useMutation({
    mutationFn: (given: { password: string; newPassword: string }) => hub.account.changePassword(given),
    onSuccess: () => {
      setPassword('')
      setChosen(NOTHING)
      void queries.invalidateQueries({ queryKey: keys.sessions })
    },
  })
  const ready = password !== '' && isGoodPair(chosen)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) change.mutate({ password, newPassword: chosen.first })
  }
  return (
    <Card>
      <CardTitle component="h2">Change my password</CardTitle>
      <CardBody className="account__card">
        {change.isError && <TroubleAlert error={change.error} />}
        {change.isSuccess && (
          <Alert
            variant="success"
            isInline
            component="h3"
            role="status"
            title="The password is changed, and your other sessions have ended"
          />
        )}
        <Form onSubmit={submit}>
          <PasswordField
            id="password"
            label="Password of now"
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
            invalid={change.isError}
          />
          <NewPasswordFields chosen={chosen} onChange={setChosen} />
          <ActionGroup>
            <Button type="submit" variant="secondary" isDisabled={change.isPending || !ready}>
              Change it
            </Button>
          </ActionGroup>
        </Form>
      </CardBody>
    </Card>
  )
}
