import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { DirectTarget } from './direct-target.ts'
import { type ExecPlan, execInfo, execPlanOf } from './exec-plan.ts'
import { type ExecCredential, readExecCredential } from './exec-plugin.ts'
import type { userOf } from './kubeconfig.ts'
import { clusterOf } from './kubeconfig-cluster.ts'
import { certificateData, certificatePem, checkedToken, keyData, keyPem } from './kubeconfig-data.ts'
import { type Entries, isSet, readEntries, refuseField, type Section, textOf } from './kubeconfig-entries.ts'

export type { ExecPlan } from './exec-plan.ts'
export { runExecPlugin } from './exec-plugin.ts'

export interface LocalOptions {
  context?: string | undefined
  /** Of the kubeconfig: what it refers to by relative paths starts here. */
  directory: string
}

const entriesOf = (text: string, { context }: LocalOptions) =>
  readEntries(text, { current: true, ...(context === undefined ? {} : { context }) })

const STATIC = ['token', 'tokenFile', 'client-certificate', 'client-certificate-data'] as const

/** As kubectl does: a program is not run where the credential is written down. */
const planOf = ({ user, cluster }: Entries, directory: string) =>
  STATIC.some(field => isSet(user, field)) ? null : execPlanOf(user, cluster, directory)

/** What `readLocalKubeconfig` would run, so that it can be shown before; null where nothing is run. */
export const describeExec = (text: string, options: LocalOptions): ExecPlan | null =>
  planOf(entriesOf(text, options), options.directory)

const fileOf = async (section: Section, field: string, directory: string): Promise<string> => {
  const path = resolve(directory, textOf(section, field) ?? '')
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw refuseField(section, field, `The file of ${section.path}.${field} can not be read (${code}): ${path}.`, {
      fix: 'Run this where the kubeconfig works.',
    })
  }
}

/** Data where it is there, else the file, else null: the order that kubectl has. */
const authorityOf = async (cluster: Section, directory: string) => {
  const field = 'certificate-authority'
  if (isSet(cluster, `${field}-data`) || !isSet(cluster, field)) return null
  return certificatePem(cluster, field, await fileOf(cluster, field, directory)).pem
}

type Credential = ReturnType<typeof userOf>

const certificateOf = async (user: Section, directory: string): Promise<{ cert?: string; key?: string }> => {
  const inline = isSet(user, 'client-certificate-data')
  if (!inline && !isSet(user, 'client-certificate')) return {}
  const { pem: cert, leaf } = inline
    ? certificateData(user, 'client-certificate-data')
    : certificatePem(user, 'client-certificate', await fileOf(user, 'client-certificate', directory))
  if (isSet(user, 'client-key-data')) return { cert, key: keyData(user, 'client-key-data', leaf) }
  if (!isSet(user, 'client-key')) throw refuseField(user, 'client-key', `${user.path}.client-key is missing.`)
  return { cert, key: keyPem(user, 'client-key', await fileOf(user, 'client-key', directory), leaf) }
}

/** kubectl's own OIDC plug-in keeps its token in the kubeconfig; kubectl renews it, which is not done here. */
const oidcToken = (user: Section): string | null => {
  const provider = user.fields.get('auth-provider')?.value
  if (!(provider instanceof Map) || provider.get('name')?.value !== 'oidc') return null
  const config = provider.get('config')?.value
  const token = config instanceof Map ? config.get('id-token')?.value : undefined
  return typeof token === 'string' && token !== '' ? token : null
}

const writtenDown = async (user: Section, directory: string): Promise<Credential | null> => {
  const certificate = await certificateOf(user, directory)
  const token = isSet(user, 'tokenFile')
    ? checkedToken(user, 'tokenFile', await fileOf(user, 'tokenFile', directory))
    : checkedToken(user, 'token', textOf(user, 'token') ?? oidcToken(user) ?? '')
  if (token !== null) return { auth: { kind: 'token', token }, ...certificate }
  return certificate.cert === undefined ? null : { auth: { kind: 'client-certificate' }, ...certificate }
}

const printed = (user: Section, credential: ExecCredential): Credential => {
  const { token, clientCertificateData, clientKeyData } = credential
  const certificate = clientCertificateData === undefined ? null : certificatePem(user, 'exec', clientCertificateData)
  return {
    auth: token === undefined ? { kind: 'client-certificate' } : { kind: 'token', token },
    ...(certificate ? { cert: certificate.pem, key: keyPem(user, 'exec', clientKeyData ?? '', certificate.leaf) } : {}),
  }
}

const refuseWhatIsNotDone = (user: Section) => {
  for (const field of ['username', 'password']) {
    if (!isSet(user, field)) continue
    throw refuseField(
      user,
      field,
      `${user.path}.${field} signs in by user and password, which Kubernetes no longer knows.`,
      {
        code: 'unsupported_auth',
      },
    )
  }
  for (const field of ['as', 'as-uid', 'as-groups', 'as-user-extra']) {
    if (!isSet(user, field)) continue
    throw refuseField(user, field, `${user.path}.${field} acts in somebody else's name: this is not done here.`, {
      code: 'unsupported_auth',
      fix: 'Take it out, and use a user who may create ServiceAccounts and roles.',
    })
  }
}

/**
 * Reads a kubeconfig as kubectl would on this machine: with files beside it,
 * its current-context, and a program that prints the credential. `run` runs
 * that program (see `runExecPlugin`) and returns what it printed.
 */
export const readLocalKubeconfig = async (
  text: string,
  options: LocalOptions & {
    /** Whether a person can be asked. */
    interactive: boolean
    run: (plan: ExecPlan, info: string) => Promise<string>
  },
): Promise<DirectTarget> => {
  const entries = entriesOf(text, options)
  const { user, cluster } = entries
  refuseWhatIsNotDone(user)
  const { server, proxyUrl, tls } = clusterOf(cluster, true, await authorityOf(cluster, options.directory))
  const place = { server, tls, ...(proxyUrl === null ? {} : { proxyUrl }) }
  const plan = planOf(entries, options.directory)
  let credential: Credential | null
  if (plan) {
    const interactive = plan.interactiveMode !== 'Never' && options.interactive
    if (plan.interactiveMode === 'Always' && !interactive) {
      throw refuseField(user, 'exec', `“${plan.command}” must ask somebody, and there is no terminal.`, {
        code: 'unsupported_auth',
        fix: 'Run this in a terminal.',
      })
    }
    const output = await options.run(plan, execInfo(plan, place, interactive))
    credential = printed(user, readExecCredential(plan, output))
  } else {
    credential = await writtenDown(user, options.directory)
  }
  if (credential === null) {
    const provider = isSet(user, 'auth-provider')
    throw refuseField(
      user,
      provider ? 'auth-provider' : 'token',
      provider
        ? `${user.path}.auth-provider is a plug-in that kubectl itself no longer has.`
        : `${user.path} has no credential.`,
      { code: 'unsupported_auth', fix: 'Make a new kubeconfig with the tool of the cluster’s provider.' },
    )
  }
  const { auth, ...client } = credential
  return {
    ...place,
    tls: { ...tls, ...client },
    auth,
    context: entries.context,
    ...(entries.namespace === null ? {} : { namespace: entries.namespace }),
  }
}
