import { spawn } from 'node:child_process'
import type { ExecPlan } from './exec-plan.ts'
import { KubeconfigError } from './kubeconfig-error.ts'

/** What a program printed as the credential. */
export interface ExecCredential {
  token?: string
  /** PEM. */
  clientCertificateData?: string
  /** PEM. */
  clientKeyData?: string
}

/** What a credential program may print, in bytes: one token or certificate. */
const OUTPUT_BYTES = 1024 * 1024

const failed = (plan: ExecPlan, what: string) =>
  new KubeconfigError('unsupported_auth', `The program “${plan.command}” ${what}.`, {
    fix: plan.installHint ?? 'Make `kubectl get namespaces` work with this kubeconfig first.',
    field: 'user.exec',
  })

/** Runs the program of a kubeconfig and returns what it printed. Its own messages and questions go to the terminal. */
export const runExecPlugin = (
  plan: ExecPlan,
  options: { info: string; environment: NodeJS.ProcessEnv; interactive: boolean },
  signal: AbortSignal,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(plan.command, plan.args, {
      env: { ...options.environment, ...plan.env, KUBERNETES_EXEC_INFO: options.info },
      stdio: [options.interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
      signal,
    })
    const chunks: Buffer[] = []
    let size = 0
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= OUTPUT_BYTES) return chunks.push(chunk)
      child.kill()
      reject(failed(plan, 'printed more than a credential'))
    })
    child.once('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT'
      reject(failed(plan, missing ? 'is not installed here' : `could not be run (${error.code ?? error.name})`))
    })
    child.once('close', code => {
      if (code === 0) resolve(Buffer.concat(chunks).toString('utf8'))
      else reject(failed(plan, code === null ? 'was ended by a signal' : `ended with code ${code}`))
    })
  })

/** Reads the ExecCredential that a program printed. Never quotes it. */
export const readExecCredential = (plan: ExecPlan, output: string): ExecCredential => {
  let credential: { apiVersion?: unknown; kind?: unknown; status?: unknown } | null
  try {
    credential = JSON.parse(output)
  } catch {
    throw failed(plan, 'did not print an ExecCredential in JSON')
  }
  if (credential?.kind !== 'ExecCredential') throw failed(plan, 'did not print an ExecCredential')
  if (credential.apiVersion !== plan.apiVersion) throw failed(plan, `did not answer in ${plan.apiVersion}`)
  const status = (credential.status ?? {}) as Record<string, unknown>
  const text = (field: keyof ExecCredential) => {
    const value = status[field]
    return typeof value === 'string' && value.trim() !== '' ? { [field]: value.trim() } : {}
  }
  const read: ExecCredential = { ...text('token'), ...text('clientCertificateData'), ...text('clientKeyData') }
  const half = (read.clientCertificateData === undefined) !== (read.clientKeyData === undefined)
  if (half) throw failed(plan, 'printed a certificate without its key, or a key without its certificate')
  if (read.token === undefined && read.clientCertificateData === undefined) throw failed(plan, 'printed no credential')
  return read
}
