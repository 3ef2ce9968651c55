import { ConnectCluster, type Mode } from '@moorage/contract/cluster.ts'
import { type FieldErrors, fieldErrorsOf } from './field-errors.ts'
import { readLabels } from './labels-text.ts'

/** What the form of a connect by kubeconfig holds, without the kubeconfig. */
export interface ConnectForm {
  name: string
  context: string
  mode: Mode
  project: string
  labels: string
  allowInsecureTls: boolean
}

export const newConnectForm: ConnectForm = {
  name: '',
  context: '',
  mode: 'read-only',
  project: 'default',
  labels: '',
  allowInsecureTls: false,
}

/** What the form asks for, or what is wrong with it. */
export function readConnectForm(
  form: ConnectForm,
  kubeconfig: string,
  dryRun: boolean,
): { input: ConnectCluster; errors: null } | { errors: FieldErrors } {
  const { name, context, mode, project, labels, allowInsecureTls } = form
  const pairs = readLabels(labels)
  const read = ConnectCluster.safeParse({
    name,
    kubeconfig,
    mode,
    labels: pairs ?? {},
    allowInsecureTls,
    dryRun,
    ...(context.trim() !== '' && { context: context.trim() }),
    ...(project.trim() !== '' && { project: project.trim() }),
  })
  const errors = {
    ...(read.success ? {} : fieldErrorsOf(read.error.issues)),
    ...(pairs === null && { labels: 'should be key=value, with commas between' }),
  }
  return read.success && Object.keys(errors).length === 0 ? { input: read.data, errors: null } : { errors }
}
