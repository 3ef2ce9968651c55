import { join } from 'node:path'
import type { DirectTarget } from './direct-target.ts'
import { refuseField, type Section, textOf } from './kubeconfig-entries.ts'
import type { Tree } from './yaml-tree.ts'

const GROUP = 'client.authentication.k8s.io'
const API_VERSIONS = [`${GROUP}/v1`, `${GROUP}/v1beta1`]

/** What a kubeconfig's exec section would run. */
export interface ExecPlan {
  /** As it is run: a name that is looked up in the PATH, or a path. */
  command: string
  args: string[]
  /** Added to the environment. */
  env: Record<string, string>
  apiVersion: string
  interactiveMode: 'Never' | 'IfAvailable' | 'Always'
  /** Whether the program is told about the cluster. */
  provideClusterInfo: boolean
  /** The kubeconfig's own words on how the program is installed. */
  installHint: string | null
  /** What the program is told about the cluster, besides how it is dialled. */
  clusterConfig: unknown
}

/** The values without their positions. */
const plain = (tree: Tree | undefined): unknown => {
  const value = tree?.value ?? null
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, child]) => [key, plain(child)]))
  return value
}

const textsOf = (exec: Section, field: string): string[] => {
  const value = plain(exec.fields.get(field)) ?? []
  if (Array.isArray(value) && value.every(item => typeof item === 'string')) return value
  throw refuseField(exec, field, `${exec.path}.${field} must be a list of texts.`)
}

const envOf = (exec: Section): Record<string, string> => {
  const value = plain(exec.fields.get('env')) ?? []
  const pairs = Array.isArray(value) ? (value as { name?: unknown; value?: unknown }[]) : []
  const entries = pairs.map(pair => [pair?.name, pair?.value ?? ''] as const)
  const valid = entries.every(([name, text]) => typeof name === 'string' && typeof text === 'string')
  if (valid && Array.isArray(value)) return Object.fromEntries(entries as [string, string][])
  throw refuseField(exec, 'env', `${exec.path}.env must be a list of names and values.`)
}

/** What the cluster keeps for the program under a well-known name. */
const clusterConfigOf = (cluster: Section): unknown => {
  const extensions = plain(cluster.fields.get('extensions'))
  if (!Array.isArray(extensions)) return undefined
  return (extensions as { name?: unknown; extension?: unknown }[]).find(({ name }) => name === `${GROUP}/exec`)
    ?.extension
}

/** Reads a user's exec section; null where there is none. */
export const execPlanOf = (user: Section, cluster: Section, directory: string): ExecPlan | null => {
  const tree = user.fields.get('exec')
  if (tree === undefined || tree.value === null) return null
  if (!(tree.value instanceof Map)) throw refuseField(user, 'exec', `${user.path}.exec must be a mapping.`)
  const exec: Section = { fields: tree.value, at: tree.at, path: `${user.path}.exec` }
  const command = textOf(exec, 'command')
  if (command === null) throw refuseField(exec, 'command', `${exec.path}.command is missing.`)
  const apiVersion = textOf(exec, 'apiVersion') ?? ''
  if (!API_VERSIONS.includes(apiVersion)) {
    throw refuseField(exec, 'apiVersion', `${exec.path}.apiVersion is not one that is known.`, {
      fix: `It should be ${API_VERSIONS.join(' or ')}: bring the kubeconfig up to date with the tool that made it.`,
    })
  }
  const mode = textOf(exec, 'interactiveMode') ?? 'IfAvailable'
  if (mode !== 'Never' && mode !== 'IfAvailable' && mode !== 'Always') {
    throw refuseField(exec, 'interactiveMode', `${exec.path}.interactiveMode is not Never, IfAvailable or Always.`)
  }
  // As kubectl does: a name is looked up in the PATH, a relative path starts at the kubeconfig.
  const relative = command.includes('/') && !command.startsWith('/')
  return {
    command: relative ? join(directory, command) : command,
    args: textsOf(exec, 'args'),
    env: envOf(exec),
    apiVersion,
    interactiveMode: mode,
    provideClusterInfo: exec.fields.get('provideClusterInfo')?.value === true,
    installHint: textOf(exec, 'installHint'),
    clusterConfig: clusterConfigOf(cluster),
  }
}

/** The content of KUBERNETES_EXEC_INFO. */
export const execInfo = (
  plan: ExecPlan,
  target: Pick<DirectTarget, 'server' | 'tls' | 'proxyUrl'>,
  interactive: boolean,
): string => {
  const { server, tls, proxyUrl } = target
  const cluster = {
    server: server.href.replace(/\/$/, ''),
    ...(tls.serverName === undefined ? {} : { 'tls-server-name': tls.serverName }),
    ...(tls.insecureSkipVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(tls.ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(tls.ca).toString('base64') }),
    ...(proxyUrl === undefined ? {} : { 'proxy-url': proxyUrl.href }),
    ...(plan.clusterConfig === undefined ? {} : { config: plan.clusterConfig }),
  }
  const spec = { interactive, ...(plan.provideClusterInfo ? { cluster } : {}) }
  return JSON.stringify({ apiVersion: plan.apiVersion, kind: 'ExecCredential', spec })
}
