import { type ChildProcess, spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import type { RunHome, RunUser } from './run-home.ts'

/** What kubectl is run by on this machine. */
export interface Runner {
  kubectl: string
  /** Sets the limits of a process; null where the machine has no such program. */
  prlimit: string | null
  user: RunUser
}

/** What one run may use up. */
export interface RunLimits {
  /** ms that it may take. */
  wallMs: number
  /** Bytes that it may print. */
  outputBytes: number
}

export const RUN_LIMITS: RunLimits = { wallMs: 30 * 60_000, outputBytes: 8 * 1_048_576 }

/** Bytes of memory that it may write to: lists of ten thousands of objects fit. */
const MEMORY_BYTES = 1_073_741_824
/** Above it Go’s collector works harder, so that the limit is not met by garbage. */
const GO_MEMORY = '768MiB'
/** s of processor time: who follows a log for long uses little. */
const CPU_SECONDS = 120
/** Bytes of a file: only what kubectl remembers of the API is written, into its own folder. */
const FILE_BYTES = 33_554_432
const OPEN_FILES = 256
/** Processes and threads of the user that runs have to themselves, all runs together. */
const PROCESSES = 1_024
/** ms between asking a run to end and ending it. */
const GRACE_MS = 2_000

/** nobody: the account without rights that every Unix has. */
const NOBODY = 65_534

/** Whom runs belong to: where the hub may choose, not itself. */
export const runUser = (ownUid: number | undefined): RunUser => (ownUid === 0 ? { uid: NOBODY, gid: NOBODY } : null)

const limitsOf = ({ user }: Runner): string[] => [
  `--data=${MEMORY_BYTES}`,
  `--cpu=${CPU_SECONDS}`,
  `--fsize=${FILE_BYTES}`,
  `--nofile=${OPEN_FILES}`,
  '--core=0',
  // Where runs share the hub's own user, its processes would count as theirs.
  ...(user === null ? [] : [`--nproc=${PROCESSES}`]),
]

/** All of the environment: nothing of the hub's own, where keys and passwords may stand. */
const environmentOf = ({ dir, kubeconfig }: RunHome): Record<string, string> => ({
  HOME: dir,
  TMPDIR: dir,
  KUBECONFIG: kubeconfig,
  KUBECACHEDIR: `${dir}/cache`,
  // No programs are found: neither plugins nor editors nor pagers.
  PATH: '/nonexistent',
  KUBERC: 'off',
  KUBECTL_ENABLE_CMD_SHADOW: 'false',
  GOMEMLIMIT: GO_MEMORY,
  GOMAXPROCS: '2',
  LANG: 'C.UTF-8',
  TERM: 'dumb',
})

export interface Output {
  stream: 'stdout' | 'stderr'
  text: string
}

/** How a run ended. `reason` where it did not end by itself. */
export interface Ended {
  code: number | null
  reason?: string
}

export interface Running {
  /** Asks it to end, and makes it end where it does not. */
  end(reason: string): void
  ended: Promise<Ended>
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    // It leads a group of its own.
    process.kill(-child.pid, name)
  } catch {
    // It is over.
  }
}

/**
 * Runs kubectl with these arguments, without a shell and without input.
 * `print` is told what it prints; where that gives a promise, the run waits for it.
 */
export function runKubectl(
  runner: Runner,
  home: RunHome,
  args: readonly string[],
  print: (output: Output) => Promise<void> | null,
  limits: RunLimits = RUN_LIMITS,
): Running {
  const { kubectl, prlimit, user } = runner
  const [program, words] =
    prlimit === null ? [kubectl, [...args]] : [prlimit, [...limitsOf(runner), '--', kubectl, ...args]]
  const child = spawn(program, words, {
    cwd: home.dir,
    env: environmentOf(home),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(user === null ? {} : user),
  })
  let reason: string | undefined
  let printed = 0
  let grace: NodeJS.Timeout | undefined
  const end = (why: string) => {
    if (reason !== undefined) return
    reason = why
    signal(child, 'SIGTERM')
    grace = setTimeout(() => signal(child, 'SIGKILL'), GRACE_MS)
  }
  const wall = setTimeout(() => end(`It ran for ${Math.round(limits.wallMs / 60_000)} min.`), limits.wallMs)
  for (const stream of ['stdout', 'stderr'] as const) {
    const from = child[stream]
    const decoder = new StringDecoder('utf8')
    const pass = (text: string) => {
      const room = text === '' ? null : print({ stream, text })
      if (room === null) return
      from.pause()
      void room.finally(() => from.resume())
    }
    from.on('data', (piece: Buffer) => {
      if (reason !== undefined) return
      printed += piece.length
      if (printed > limits.outputBytes) {
        return end(`It printed more than ${limits.outputBytes / 1_048_576} MiB. Ask for less, as with -l or --tail.`)
      }
      pass(decoder.write(piece))
    })
    from.on('end', () => {
      if (reason === undefined) pass(decoder.end())
    })
    from.on('error', () => {}) // Its end says enough.
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, by) => {
      const why = reason ?? (by === null ? undefined : `It was ended by ${by}: it used more than it may, or crashed.`)
      resolve({ code: reason === undefined ? code : null, ...(why === undefined ? {} : { reason: why }) })
    })
  }).finally(() => {
    clearTimeout(wall)
    clearTimeout(grace)
  })
  return { end, ended }
}
