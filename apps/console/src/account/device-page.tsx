import { ActionGroup, Alert, Button, Content, Form, FormGroup, PageSection, TextInput } from '@patternfly/react-core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { Age } from '../format/age.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { useTitle } from '../shell/use-title.ts'
import { LetIn } from './let-in.tsx'

/** Lets a command line on another machine in, by the code that it shows. */
export function DevicePage() {
  useTitle('Device')
  const hub = useHub()
  const [code, setCode] = useState('')
  const find = useMutation({ mutationFn: (userCode: string) => hub.signIn.findDevice({ userCode }) })
  const decide = useMutation({ mutationFn: (allow: boolean) => hub.signIn.decideDevice({ userCode: code, allow }) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (code.trim() !== '') find.mutate(code)
  }
  const waiting = find.data
  return (
    <>
      <PageHeading title="Let a command line in?" />
      <PageSection isFilled aria-label="Command line" className="account">
        {find.isError && <TroubleAlert error={find.error} />}
        {decide.isError && <TroubleAlert error={decide.error} />}
        {decide.isSuccess ? (
          <Alert
            variant={decide.data.allowed ? 'success' : 'info'}
            isInline
            component="h2"
            role="status"
            title={decide.data.allowed ? 'The command line is let in. You can go back to it.' : 'It was refused.'}
          />
        ) : waiting === undefined ? (
          <Form onSubmit={submit}>
            <FormGroup label="Code that the command line shows" fieldId="user-code" isRequired>
              <TextInput
                id="user-code"
                value={code}
                onChange={(_event, text) => setCode(text)}
                autoComplete="off"
                autoCapitalize="characters"
                spellCheck={false}
                placeholder="BCDF-GHJK"
                isRequired
                autoFocus
              />
            </FormGroup>
            <ActionGroup>
              <Button type="submit" isDisabled={find.isPending || code.trim() === ''} isLoading={find.isPending}>
                Continue
              </Button>
            </ActionGroup>
          </Form>
        ) : (
          <LetIn pending={decide.isPending} onAnswer={allow => decide.mutate(allow)}>
            <Content component="p">
              A command line{waiting.client ? ` on ${waiting.client}` : ''} at address {waiting.address} asked{' '}
              <Age at={waiting.askedAt} suffix /> to be let in.
            </Content>
          </LetIn>
        )}
      </PageSection>
    </>
  )
}
