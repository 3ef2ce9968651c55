import { ImportProvider } from '@moorage/contract/agent.ts'
import { Name } from '@moorage/contract/common.ts'
import {
  ActionGroup,
  Button,
  Card,
  CardBody,
  CardTitle,
  ExpandableSection,
  Form,
  FormSelect,
  FormSelectOption,
  Skeleton,
} from '@patternfly/react-core'
import { type FormEvent, useState } from 'react'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { AdvancedFields, advancedPaths } from './advanced-fields.tsx'
import { type AgentForm, newAgentForm, readAgentForm } from './agent-input.ts'
import { Field } from './field.tsx'
import { ImportWords } from './import-words.tsx'
import { ModeField } from './mode-field.tsx'
import { PlaceFields } from './place-fields.tsx'
import { refusalOf } from './refusal.ts'
import { TextField } from './text-field.tsx'
import { useFields } from './use-fields.ts'
import { useImport } from './use-import.ts'
import { useImportName, useImportWords } from './use-preview.ts'

const paths = ['name', 'project', 'labels', 'agent.proxy', ...advancedPaths]
const fieldOf: Partial<Record<keyof AgentForm, string>> = {
  namespace: 'agent.namespace',
  httpsProxy: 'agent.proxy.https',
  httpProxy: 'agent.proxy.http',
  noProxy: 'agent.proxy.no',
  caBundle: 'agent.caBundle',
  image: 'agent.image',
  imagePullSecret: 'agent.imagePullSecret',
}

const providerNames: Record<ImportProvider, string> = {
  generic: 'Generic',
  aws: 'AWS',
  azure: 'Azure',
  google: 'Google Cloud',
  vmware: 'VMware vSphere',
  openshift: 'OpenShift',
  'eks-anywhere': 'EKS Anywhere',
}
/** What is chosen unless somebody says otherwise comes first. */
const providers = ['generic', ...ImportProvider.options.filter(provider => provider !== 'generic')] as ImportProvider[]

/** Imports a cluster by an agent that its owner applies. */
export function AgentPage() {
  const [form, setForm] = useState(newAgentForm)
  const [unfolded, setUnfolded] = useState(false)
  const read = readAgentForm(form)
  const name = useImportName(form.name)
  const words = useImportWords({
    mode: form.mode,
    existingNamespace: form.existingNamespace ? 'true' : 'false',
    ...(Name.safeParse(form.namespace).success && { namespace: form.namespace }),
  })
  const taken = name.error === null ? {} : refusalOf(name.error, ['name']).fields
  const fields = useFields({ ...taken, ...read.errors })
  const { start, pending, trouble } = useImport()

  const onChange = (change: Partial<AgentForm>) => {
    setForm(before => ({ ...before, ...change }))
    for (const key of Object.keys(change) as (keyof AgentForm)[]) fields.touch(fieldOf[key] ?? key)
  }
  const refuse = (errors: Readonly<Record<string, string>>) => {
    if (Object.keys(errors).some(path => path.startsWith('agent.'))) setUnfolded(true)
    fields.showAll(errors)
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (pending) return
    if (read.errors !== null) return refuse(read.errors)
    const error = await start(read.input)
    if (error !== null) refuse(refusalOf(error, paths).fields)
  }
  return (
    <div className="add">
      <Form onSubmit={submit} noValidate className="add__form" aria-label="Import by agent">
        {trouble !== null && refusalOf(trouble, paths).whole && <TroubleAlert error={trouble} />}
        <TextField
          path="name"
          label="Name"
          isRequired
          autoFocus
          hint={
            name.adopts
              ? `${form.name} is known and its agent is gone: it is adopted, and what is known of it stays.`
              : 'What the cluster is called in Moorage.'
          }
          value={form.name}
          error={fields.errors.name}
          onChange={text => onChange({ name: text.trim() })}
        />
        <ModeField by="agent" mode={form.mode} onChange={mode => onChange({ mode })} />
        <PlaceFields form={form} errors={fields.errors} onChange={onChange} />
        <Field path="provider" label="Provider" hint="Where the cluster runs, as far as you know.">
          {({ validated: _, ...control }) => (
            <FormSelect
              {...control}
              value={form.provider}
              onChange={(_event, provider) => onChange({ provider: provider as ImportProvider })}
            >
              {providers.map(provider => (
                <FormSelectOption key={provider} value={provider} label={providerNames[provider]} />
              ))}
            </FormSelect>
          )}
        </Field>
        <ExpandableSection
          toggleText="Namespace, proxies, certificates, image"
          isExpanded={unfolded}
          onToggle={(_event, open) => setUnfolded(open)}
          isIndented
        >
          <AdvancedFields form={form} errors={fields.errors} onChange={onChange} />
        </ExpandableSection>
        <ActionGroup>
          <Button type="submit" isLoading={pending} isDisabled={pending}>
            {pending ? 'Making the command' : 'Make the command'}
          </Button>
        </ActionGroup>
      </Form>
      <Card className="add__aside">
        <CardTitle component="h2">What the cluster’s owner is asked for</CardTitle>
        <CardBody>
          {words.data ? (
            <ImportWords {...words.data} />
          ) : words.isError ? (
            <TroubleAlert error={words.error} retry={() => words.refetch()} />
          ) : (
            <Skeleton height="20rem" screenreaderText="Loading what the import needs" />
          )}
        </CardBody>
      </Card>
    </div>
  )
}
