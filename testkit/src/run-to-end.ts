import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface RunOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  input?: string | Buffer | undefined
  /** ms; what has not ended by then is killed. */
  within: number
}

/** Runs a program and resolves with what it printed. Never rejects on an exit code, which is null of one that was killed. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  { input = '', within, ...how }: RunOptions,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(command, args, { ...how, stdio: ['pipe', 'pipe', 'pipe'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), within)
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => out.push(data))
  child.stderr.on('data', (data: Buffer) => err.push(data))
  child.stdin.on('error', () => {}) // a command that does not read its input closes it
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }
}
