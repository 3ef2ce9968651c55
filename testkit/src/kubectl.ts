import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { program } from './binaries.ts'

/** ms; no command of the tests waits for anything. */
const WITHIN = 30_000
/** Bytes; `get --raw /metrics` of an API server is some megabytes. */
const MOST = 64 * 1024 * 1024

/** Runs the testbed's kubectl as the administrator of `controlPlane`. Rejects with its standard error when it fails. */
export async function kubectl(controlPlane: { kubeconfigPath: string }, args: readonly string[]): Promise<string> {
  const command = await program('kubectl')
  const { stdout } = await promisify(execFile)(command, ['--kubeconfig', controlPlane.kubeconfigPath, ...args], {
    timeout: WITHIN,
    maxBuffer: MOST,
  })
  return stdout
}
