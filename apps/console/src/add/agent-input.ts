import { AGENT_NAMESPACE, ImportCluster, type ImportProvider } from '@moorage/contract/agent.ts'
import type { Mode } from '@moorage/contract/cluster.ts'
import { type FieldErrors, fieldErrorsOf } from './field-errors.ts'
import { readLabels } from './labels-text.ts'

/** What the form of an import by agent holds: texts as they are typed. */
export interface AgentForm {
  name: string
  mode: Mode
  project: string
  labels: string
  provider: ImportProvider
  ttlSeconds: number
  namespace: string
  existingNamespace: boolean
  httpsProxy: string
  httpProxy: string
  noProxy: string
  proxyNeededForHub: boolean
  caBundle: string
  image: string
  imagePullSecret: string
  replicas: number
}

/** Seconds that a join token is good for where nobody chooses. */
const HOUR = 3600

export const newAgentForm: AgentForm = {
  name: '',
  mode: 'read-only',
  project: 'default',
  labels: '',
  provider: 'generic',
  ttlSeconds: HOUR,
  namespace: AGENT_NAMESPACE,
  existingNamespace: false,
  httpsProxy: '',
  httpProxy: '',
  noProxy: '',
  proxyNeededForHub: false,
  caBundle: '',
  image: '',
  imagePullSecret: '',
  replicas: 1,
}

/** Whether the fields of the proxy count: a read-only agent takes one only to reach the hub. */
export const takesProxy = ({ mode, proxyNeededForHub }: Pick<AgentForm, 'mode' | 'proxyNeededForHub'>): boolean =>
  mode === 'full' || proxyNeededForHub

/** A text under its name, or nothing where it is empty. */
const given = <K extends string>(name: K, text: string) =>
  text.trim() === '' ? {} : ({ [name]: text.trim() } as Record<K, string>)

function inputOf(form: AgentForm): unknown {
  const proxy = { ...given('https', form.httpsProxy), ...given('http', form.httpProxy), ...given('no', form.noProxy) }
  const proxied = takesProxy(form) && Object.keys(proxy).length > 0
  return {
    name: form.name,
    mode: form.mode,
    ...given('project', form.project),
    labels: readLabels(form.labels) ?? {},
    provider: form.provider,
    ttlSeconds: form.ttlSeconds,
    agent: {
      ...given('namespace', form.namespace),
      existingNamespace: form.existingNamespace,
      replicas: form.replicas,
      ...(proxied && { proxy, proxyNeededForHub: form.mode === 'read-only' }),
      ...given('caBundle', form.caBundle),
      ...given('image', form.image),
      ...given('imagePullSecret', form.imagePullSecret),
    },
  }
}

/** What the form asks for, or what is wrong with it: by the contract's own schema, so as the API would say. */
export function readAgentForm(form: AgentForm): { input: ImportCluster; errors: null } | { errors: FieldErrors } {
  const read = ImportCluster.safeParse(inputOf(form))
  const labels = readLabels(form.labels) === null ? { labels: 'should be key=value, with commas between' } : {}
  const errors = { ...(read.success ? {} : fieldErrorsOf(read.error.issues)), ...labels }
  return read.success && Object.keys(errors).length === 0 ? { input: read.data, errors: null } : { errors }
}
