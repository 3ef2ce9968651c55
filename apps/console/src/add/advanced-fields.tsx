import { capabilityOf } from '@moorage/contract/capabilities.ts'
import { Checkbox, FormSelect, FormSelectOption, TextArea } from '@patternfly/react-core'
import { type AgentForm, takesProxy } from './agent-input.ts'
import { Field } from './field.tsx'
import type { FieldErrors } from './field-errors.ts'
import { TextField } from './text-field.tsx'

interface AdvancedFieldsProps {
  form: AgentForm
  errors: FieldErrors
  onChange: (change: Partial<AgentForm>) => void
}

/** The fields that most imports leave as they are. */
export const advancedPaths = [
  'agent.namespace',
  'agent.proxy.https',
  'agent.proxy.http',
  'agent.proxy.no',
  'agent.caBundle',
  'agent.image',
  'agent.imagePullSecret',
] as const

const lifetimes = [
  { seconds: 3600, label: '1 hour' },
  { seconds: 86_400, label: '1 day' },
  { seconds: 604_800, label: '7 days' },
]

/** How the agent is run, and how it gets out of its network. */
export function AdvancedFields({ form, errors, onChange }: AdvancedFieldsProps) {
  return (
    <div className="add__advanced">
      <TextField
        path="agent.namespace"
        label="Namespace"
        value={form.namespace}
        error={errors['agent.namespace']}
        onChange={namespace => onChange({ namespace })}
      />
      <Checkbox
        id="field-existing-namespace"
        label="The namespace is there already"
        description="It is not part of the manifest then, and stays when the agent goes."
        isChecked={form.existingNamespace}
        onChange={(_event, existingNamespace) => onChange({ existingNamespace })}
      />
      <ProxyFields form={form} errors={errors} onChange={onChange} />
      <Field
        path="agent.caBundle"
        label="CA bundle"
        hint="PEM. For networks where something between agent and hub ends TLS with a certificate of its own."
        error={errors['agent.caBundle']}
      >
        {control => (
          <TextArea
            {...control}
            rows={3}
            resizeOrientation="vertical"
            className="code-text"
            value={form.caBundle}
            onChange={(_event, caBundle) => onChange({ caBundle })}
            spellCheck={false}
          />
        )}
      </Field>
      <TextField
        path="agent.image"
        label="Image"
        hint="Left out: the image of the hub’s version."
        value={form.image}
        error={errors['agent.image']}
        onChange={image => onChange({ image })}
      />
      <TextField
        path="agent.imagePullSecret"
        label="Pull secret"
        hint="Name of a Secret in the agent’s namespace, which you make."
        value={form.imagePullSecret}
        error={errors['agent.imagePullSecret']}
        onChange={imagePullSecret => onChange({ imagePullSecret })}
      />
      <div className="add__pair">
        <Field path="agent.replicas" label="Replicas">
          {({ validated: _, ...control }) => (
            <FormSelect
              {...control}
              value={form.replicas}
              onChange={(_event, value) => onChange({ replicas: Number(value) })}
            >
              <FormSelectOption value={1} label="1" />
              <FormSelectOption value={2} label="2, on different nodes" />
            </FormSelect>
          )}
        </Field>
        <Field path="ttlSeconds" label="The command works for">
          {({ validated: _, ...control }) => (
            <FormSelect
              {...control}
              value={form.ttlSeconds}
              onChange={(_event, value) => onChange({ ttlSeconds: Number(value) })}
            >
              {lifetimes.map(({ seconds, label }) => (
                <FormSelectOption key={seconds} value={seconds} label={label} />
              ))}
            </FormSelect>
          )}
        </Field>
      </div>
    </div>
  )
}

/** Without a proxy of its own, unless the mode allows one or the hub can not be reached otherwise. */
function ProxyFields({ form, errors, onChange }: AdvancedFieldsProps) {
  const settings = capabilityOf('agent-proxy-settings', {
    connection: 'agent',
    origin: 'imported',
    mode: form.mode,
    phase: 'Running',
    provider: form.provider,
    metrics: null,
    joined: true,
    hybridNodes: null,
  })
  const off = !takesProxy(form)
  return (
    <>
      {!settings.allowed && (
        <Checkbox
          id="field-proxy-needed"
          label="The hub can only be reached through a proxy"
          description={`${settings.because} It is taken for the way to the hub alone.`}
          isChecked={form.proxyNeededForHub}
          onChange={(_event, proxyNeededForHub) => onChange({ proxyNeededForHub })}
        />
      )}
      <TextField
        path="agent.proxy.https"
        label="HTTPS proxy"
        placeholder="http://proxy.example.com:3128"
        hint={off ? 'Not in read-only mode.' : 'What the agent dials the hub through.'}
        isDisabled={off}
        value={form.httpsProxy}
        error={errors['agent.proxy.https'] ?? errors['agent.proxy']}
        onChange={httpsProxy => onChange({ httpsProxy })}
      />
      <div className="add__pair">
        <TextField
          path="agent.proxy.http"
          label="HTTP proxy"
          isDisabled={off}
          value={form.httpProxy}
          error={errors['agent.proxy.http']}
          onChange={httpProxy => onChange({ httpProxy })}
        />
        <TextField
          path="agent.proxy.no"
          label="No proxy for"
          placeholder="10.0.0.0/8, .svc"
          isDisabled={off}
          value={form.noProxy}
          error={errors['agent.proxy.no']}
          onChange={noProxy => onChange({ noProxy })}
        />
      </div>
    </>
  )
}
