import { ProblemError } from '@moorage/client/problem-error.ts'
import { ActionGroup, Button, Card, CardBody, CardTitle, Checkbox, Form } from '@patternfly/react-core'
import { type FormEvent, useState } from 'react'
import { useFleet } from '../fleet/use-fleet.ts'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { CheckSteps } from './check-steps.tsx'
import { type ConnectForm, newConnectForm, readConnectForm } from './connect-input.ts'
import { Connected } from './connected.tsx'
import { ContextField } from './context-field.tsx'
import { KubeconfigField } from './kubeconfig-field.tsx'
import { ModeField } from './mode-field.tsx'
import { PlaceFields } from './place-fields.tsx'
import { refusalOf } from './refusal.ts'
import { TextField } from './text-field.tsx'
import { type Check, useCheck } from './use-check.ts'
import { useFields } from './use-fields.ts'

const paths = ['name', 'kubeconfig', 'context', 'project', 'labels', 'allowInsecureTls']
const taken = { name: 'is the name of another cluster' }

const problemOf = (check: Check | null) => (check?.error instanceof ProblemError ? check.error.problem : null)

/** Connects a cluster by kubeconfig. Its text is in this page's memory alone: until the cluster is connected, or the page is left. */
export function KubeconfigPage() {
  const [form, setForm] = useState(newConnectForm)
  const [kubeconfig, setKubeconfig] = useState('')
  const [contexts, setContexts] = useState<readonly string[]>([])
  const [insecure, setInsecure] = useState(false)
  const fleet = useFleet()
  const { check, run, forget } = useCheck()
  const pending = check?.state === 'running'
  const known = fleet.data?.some(({ name }) => name === form.name) === true && check?.state !== 'done'
  const { errors: faults } = readConnectForm(form, kubeconfig, false)
  const fields = useFields({ ...(known && taken), ...faults })

  const onChange = (change: Partial<ConnectForm>) => {
    setForm(before => ({ ...before, ...change }))
    for (const path of Object.keys(change)) fields.touch(path)
  }
  const onKubeconfig = (text: string) => {
    setKubeconfig(text)
    // What was found out about another file.
    setContexts([])
    setInsecure(false)
    setForm(before => ({ ...before, context: '', allowInsecureTls: false }))
    for (const path of ['kubeconfig', 'context', 'allowInsecureTls']) fields.touch(path)
    forget()
  }
  const send = async (dryRun: boolean) => {
    if (pending) return
    const read = readConnectForm(form, kubeconfig, dryRun)
    if (read.errors !== null) return fields.showAll(read.errors)
    const done = await run(read.input)
    if (done.result?.cluster) setKubeconfig('')
    const problem = problemOf(done)
    if (problem?.code === 'context_required') setContexts(problem.choices ?? [])
    if (problem?.code === 'insecure_tls_refused') setInsecure(true)
    if (done.state === 'failed') fields.showAll(refusalOf(done.error, paths).fields)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void send(false)
  }
  if (check?.result?.cluster) return <Connected check={check} cluster={check.result.cluster} onAnother={forget} />
  const problem = problemOf(check)
  const refusal = check?.state === 'failed' ? refusalOf(check.error, paths) : null
  return (
    <div className="add">
      <Form onSubmit={submit} noValidate className="add__form" aria-label="Connect by kubeconfig" autoComplete="off">
        {refusal?.whole && problem?.step === undefined && <TroubleAlert error={check?.error} />}
        <TextField
          path="name"
          label="Name"
          isRequired
          autoFocus
          hint="What the cluster is called in Moorage."
          value={form.name}
          error={fields.errors.name}
          onChange={name => onChange({ name: name.trim() })}
        />
        <KubeconfigField text={kubeconfig} error={fields.errors.kubeconfig} onChange={onKubeconfig} />
        <ContextField
          context={form.context}
          choices={contexts}
          error={fields.errors.context}
          onChange={context => onChange({ context })}
        />
        {insecure && (
          <Checkbox
            id="field-allowInsecureTls"
            label="Accept that TLS is not verified"
            description="The kubeconfig has insecure-skip-tls-verify: anybody on the way can read and change what is sent. Better put the cluster’s CA into it. Else the cluster shows this for as long as it is connected."
            isChecked={form.allowInsecureTls}
            onChange={(_event, allowInsecureTls) => onChange({ allowInsecureTls })}
          />
        )}
        <ModeField by="kubeconfig" mode={form.mode} onChange={mode => onChange({ mode })} />
        <PlaceFields form={form} errors={fields.errors} onChange={onChange} />
        <ActionGroup>
          <Button type="submit" isLoading={pending} isDisabled={pending}>
            {pending ? 'Checking' : 'Check and connect'}
          </Button>
          <Button variant="secondary" isDisabled={pending} onClick={() => void send(true)}>
            Only check
          </Button>
        </ActionGroup>
      </Form>
      <Card className="add__aside add__aside--steps">
        <CardTitle component="h2">What the hub checks</CardTitle>
        <CardBody>
          {check?.state === 'done' && (
            <p className="steps__end">It can be connected: {check.result?.version}. Nothing was stored.</p>
          )}
          <CheckSteps
            check={check ?? { state: 'done', steps: [], result: null, error: null }}
            toldAtField={refusal !== null && !refusal.whole}
          />
        </CardBody>
      </Card>
    </div>
  )
}
