import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { program } from './binaries.ts'

/** ms; exec and logs answer within a second or two. */
const WITHIN = 60_000

/** Runs kubectl and resolves with what it printed. Never rejects on an exit code. */
export async function kubectl(
  kubeconfigPath: string,
  args: readonly string[],
  options: { input?: string | Buffer; timeoutMs?: number } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(await program('kubectl'), ['--kubeconfig', kubeconfigPath, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? WITHIN)
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => out.push(data))
  child.stderr.on('data', (data: Buffer) => err.push(data))
  child.stdin.on('error', () => {}) // a command that does not read its input closes it
  child.stdin.end(options.input ?? '')
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }
}
