import { ActionGroup, Alert, Button, Form, FormGroup, TextInput } from '@patternfly/react-core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { Command } from '../shell/command.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'

/** Makes a token of one's own, and shows it this once. */
export function NewTokenForm() {
  const hub = useHub()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const make = useMutation({
    mutationFn: (text: string) => hub.tokens.create({ name: text }),
    // What was made is a secret: it is gone with this form.
    gcTime: 0,
    onSuccess: () => {
      setName('')
      void queries.invalidateQueries({ queryKey: keys.tokens })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') make.mutate(name.trim())
  }
  return (
    <>
      {make.isError && <TroubleAlert error={make.error} />}
      {make.data && (
        <Alert
          variant="success"
          isInline
          component="h3"
          role="status"
          title="Copy the token now: it is not shown again"
        >
          <Command label="New token">{make.data.token}</Command>
        </Alert>
      )}
      <Form onSubmit={submit}>
        <FormGroup label="What the new token is for" fieldId="token-name" isRequired>
          <TextInput
            id="token-name"
            value={name}
            onChange={(_event, text) => setName(text)}
            autoComplete="off"
            maxLength={100}
            isRequired
          />
        </FormGroup>
        <ActionGroup>
          <Button type="submit" variant="secondary" isDisabled={make.isPending || name.trim() === ''}>
            Make a token for 90 days
          </Button>
        </ActionGroup>
      </Form>
    </>
  )
}
