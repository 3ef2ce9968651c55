import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { eventually } from './eventually.ts'

/** ms between SIGTERM and SIGKILL when nothing is said. */
const STOP_WITHIN = 10_000
/** Lines of the log that an error shows. */
const TAIL = 20
/** Gives the child a signal from the kernel when this process dies, however it dies. Linux only. */
const SETPRIV = '/usr/bin/setpriv'

export interface ProcessOptions {
  /** What it is called in messages. */
  name: string
  command: string
  args: readonly string[]
  /** File that standard output and error are appended to. */
  logPath: string
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** The user and group to run as; needs root. */
  user?: { uid: number; gid: number }
}

/** A child process that does not outlive its parent and says why it died. */
export interface TestProcess extends AsyncDisposable {
  readonly name: string
  readonly pid: number
  readonly logPath: string
  /** True until the process has ended. */
  readonly running: boolean
  /** Resolves when the process has ended, with how it ended: an exit code or the name of a signal. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** The last lines of its log. */
  tail(lines?: number): string
  signal(signal: NodeJS.Signals): void
  /** SIGTERM, and SIGKILL after `graceMs`; resolves once it has ended. */
  stop(graceMs?: number): Promise<void>
  /** Rejects as soon as the process ends, with its last log lines. */
  failed(): Promise<never>
}

/** Thrown when a process ended that should not have. */
export class ProcessEnded extends Error {
  readonly code = 'process_ended'
  constructor(name: string, how: number | NodeJS.Signals, logPath: string, tail: string) {
    super(`${name} ended with ${typeof how === 'number' ? `code ${how}` : how}; the end of ${logPath}:\n${tail}`)
    this.name = 'ProcessEnded'
  }
}

/** Starts a process and resolves when the system has started it. */
export async function startProcess(options: ProcessOptions): Promise<TestProcess> {
  const log = openSync(options.logPath, 'a')
  const { command, args } = tied(options)
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', log, log],
    detached: true, // a group of its own: Ctrl-C reaches the parent, which stops its children in order
  })
  closeSync(log)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', error => reject(new Error(`${options.name} did not start: ${error.message}`, { cause: error })))
  })
  killOnExit(child)
  const ended = new Promise<number | NodeJS.Signals>(resolve => {
    child.once('exit', (code, signal) => resolve(code ?? (signal as NodeJS.Signals)))
  })
  const running = () => child.exitCode === null && child.signalCode === null
  const tail = (lines = TAIL) => tailOf(options.logPath, lines)
  const stop = async (graceMs = STOP_WITHIN) => {
    if (!running()) return
    child.kill('SIGTERM')
    child.kill('SIGCONT') // one that was frozen hears nothing
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
    await ended
    clearTimeout(timer)
  }
  return {
    name: options.name,
    pid: child.pid as number,
    logPath: options.logPath,
    get running() {
      return running()
    },
    ended,
    tail,
    signal: signal => void child.kill(signal),
    stop,
    failed: async () => {
      throw new ProcessEnded(options.name, await ended, options.logPath, tail())
    },
    [Symbol.asyncDispose]: () => stop(),
  }
}

/** Waits until `is` holds, and gives up at once when one of the processes that it needs ends. */
export async function untilReady<T>(
  needs: readonly Pick<TestProcess, 'failed'>[],
  within: number,
  is: (signal: AbortSignal) => T | Promise<T>,
): Promise<Exclude<T, false>> {
  const over = new AbortController()
  try {
    return await Promise.race([
      eventually(is, { within, signal: over.signal }),
      ...needs.map(process => process.failed()),
    ])
  } finally {
    over.abort(new Error('a process that it needs has ended'))
  }
}

/** The last lines of a log file, for messages. */
export function tailOf(path: string, lines = TAIL): string {
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '(no log)'
}

/** Children of this process that live now. State of the process, as the list of exit handlers itself is. */
const living = new Set<ChildProcess>()

/** Kills the child when this process exits the regular way; `tied` covers the others. */
function killOnExit(child: ChildProcess): void {
  if (living.size === 0) process.once('exit', killAll)
  living.add(child)
  child.once('exit', () => {
    living.delete(child)
    if (living.size === 0) process.off('exit', killAll)
  })
}

function killAll(): void {
  for (const child of living) child.kill('SIGKILL')
}

/** The command, tied to this process's life where the system can do that. */
function tied({ command, args, user }: ProcessOptions): { command: string; args: string[] } {
  const flags = user ? ['--reuid', `${user.uid}`, '--regid', `${user.gid}`, '--clear-groups'] : []
  if (process.platform === 'linux' && existsSync(SETPRIV))
    return { command: SETPRIV, args: ['--pdeathsig', 'KILL', ...flags, '--', command, ...args] }
  if (user) throw new Error(`running as another user needs ${SETPRIV}; install the package util-linux`)
  return { command, args: [...args] }
}
