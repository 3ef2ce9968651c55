import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cacheFolder } from './binaries.ts'
import { go } from './go.ts'
import { holdLock } from './lock.ts'

const run = promisify(execFile)

/** What people reach clusters with, beside the kubectl and helm of the testbed: each is built from its own module in `binaries/`. */
const PROGRAMS = {
  'client-go': { what: 'what programs do that are built on client-go, about 1 minute', version: 'v1.36.3' },
  'older-kubectl': { what: 'kubectl of two minors ago, about 2 minutes', version: 'v1.34.1' },
} as const
type ClientProgram = keyof typeof PROGRAMS
export const clientPrograms = Object.keys(PROGRAMS) as ClientProgram[]

/** The Python client, and what it needs. */
const PYTHON_CLIENT = 'kubernetes==36.0.3'
/** ms; 25 MB from a package index. */
const INSTALL_WITHIN = 5 * 60_000

type Log = (line: string) => void

/** Characters of a digest: the few sources that there are at a time do not meet in it. */
const KEY_CHARS = 12

/** The cached file of a source, so that a change of it is never tried with what was built before. */
const keyOf = (...texts: (string | Buffer)[]) => {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(text).update('\0')
  return hash.digest('hex').slice(0, KEY_CHARS)
}

/** Finds a client program, or builds it with Go. */
export async function clientProgram(name: ClientProgram, log: Log = () => {}): Promise<string> {
  const sources = fileURLToPath(new URL(`../binaries/${name}/`, import.meta.url))
  const files = readdirSync(sources).sort()
  const key = keyOf(...files.flatMap(file => [file, readFileSync(join(sources, file))]))
  return getOnce(`${name}-${key}`, log, async scratch => {
    const { what, version } = PROGRAMS[name]
    const says = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
      .map(path => `-X ${path}.gitVersion=${version}`)
      .join(' ')
    const args = ['build', '-trimpath', `-ldflags=-s -w ${says}`, '-o', scratch, '.']
    await go(args, { cwd: sources, env: { GOFLAGS: '-mod=readonly -buildvcs=false' } }, what, log)
  })
}

/** The folder of the Python client, for PYTHONPATH, installed by the machine's own Python and pip. */
export async function pythonClient(log: Log = () => {}): Promise<string> {
  const { stdout: version } = await run('python3', ['--version']).catch(error => {
    throw new Error(`Python is needed to try its client, and could not be run: ${error.message}`)
  })
  return getOnce(`python-${keyOf(PYTHON_CLIENT, version)}`, log, async scratch => {
    log(`installing ${PYTHON_CLIENT} for ${version.trim()}`)
    const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', scratch, PYTHON_CLIENT]
    await run('python3', args, { timeout: INSTALL_WITHIN }).catch(error => {
      throw new Error(`pip could not install ${PYTHON_CLIENT}: ${error.stderr || error.message}`)
    })
  })
}

/** Makes what is cached under a name, whole or not at all, and once. */
async function getOnce(name: string, log: Log, make: (scratch: string) => Promise<void>): Promise<string> {
  const folder = cacheFolder()
  const path = join(folder, name)
  if (existsSync(path)) return path
  await using _lock = await holdLock(join(folder, 'get-client'), holder =>
    log(`waiting for process ${holder}, which is getting clients`),
  )
  if (existsSync(path)) return path
  const scratch = mkdtempSync(join(folder, '.client-'))
  try {
    const made = join(scratch, 'made')
    await make(made)
    renameSync(made, path)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return path
}
