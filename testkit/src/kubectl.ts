import { program } from './binaries.ts'
import { runToEnd } from './run-to-end.ts'

/** ms; exec and logs answer within a second or two. */
const WITHIN = 60_000

/** Runs kubectl and resolves with what it printed. Never rejects on an exit code. */
export async function kubectl(
  kubeconfigPath: string,
  args: readonly string[],
  options: { input?: string | Buffer; timeoutMs?: number } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { input, timeoutMs: within = WITHIN } = options
  return runToEnd(await program('kubectl'), ['--kubeconfig', kubeconfigPath, ...args], { input, within })
}
