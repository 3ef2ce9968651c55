import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { buildWithGo, linkToKubernetes } from './binaries-build.ts'
import { downloadReleased } from './binaries-download.ts'
import { holdLock } from './lock.ts'
import { KUBERNETES_PROGRAMS, KUBERNETES_VERSION, OTHER_PROGRAMS, type Program } from './programs.ts'

/** Where a program was found and its path. */
export interface Found {
  path: string
  from: 'KUBEBUILDER_ASSETS' | 'cache' | 'download' | 'build'
}

export interface BinariesOptions {
  env?: NodeJS.ProcessEnv
  /** Gets a sentence for each thing that takes a while. */
  log?: (line: string) => void
}

/** Thrown when a program can be had in no way. */
export class BinaryMissing extends Error {
  readonly code = 'binary_missing'
  constructor(program: string, tried: string[]) {
    super(`${program} is missing and could not be had:\n${tried.map(each => `  - ${each}`).join('\n')}`)
    this.name = 'BinaryMissing'
  }
}

/** The folder that binaries are kept in, made when missing. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const folder = env.MOORAGE_TESTBED_CACHE ?? join(homedir(), '.cache', 'moorage', 'testbed', KUBERNETES_VERSION)
  mkdirSync(folder, { recursive: true })
  return folder
}

/**
 * Finds a program, or gets it: KUBEBUILDER_ASSETS, then the cache folder, then the
 * official archives (only with MOORAGE_TESTBED_DOWNLOAD=1), then a build with Go.
 */
export async function program(name: Program, options: BinariesOptions = {}): Promise<string> {
  return (await findProgram(name, options)).path
}

/** Like `program`, and says where it came from. */
export async function findProgram(name: Program, options: BinariesOptions = {}): Promise<Found> {
  const { env = process.env, log = () => {} } = options
  const assets = env.KUBEBUILDER_ASSETS && join(env.KUBEBUILDER_ASSETS, name)
  if (assets && existsSync(assets)) return { path: assets, from: 'KUBEBUILDER_ASSETS' }
  const folder = cacheFolder(env)
  const path = join(folder, name)
  if (existsSync(path)) return { path, from: 'cache' }

  await using _lock = await holdLock(join(folder, 'get'), holder =>
    log(`waiting for process ${holder}, which is getting the testbed's programs`),
  )
  if (existsSync(path) || linkToKubernetes(name, folder)) return { path, from: 'cache' }
  const tried = [
    assets ? `KUBEBUILDER_ASSETS: there is no ${assets}` : 'KUBEBUILDER_ASSETS is not set',
    `cache: there is no ${path}`,
  ]
  if (env.MOORAGE_TESTBED_DOWNLOAD === '1') {
    const failed = await downloadReleased(name, folder, log).catch((error: Error) => error.message)
    if (failed === undefined) return { path, from: 'download' }
    tried.push(`download: ${failed}`)
  } else tried.push('download: not allowed; set MOORAGE_TESTBED_DOWNLOAD=1 to allow it')
  const failed = await buildWithGo(name, folder, log).catch((error: Error) => error.message)
  if (failed === undefined) return { path, from: 'build' }
  tried.push(`build: ${failed}`)
  throw new BinaryMissing(name, tried)
}

/** Gets everything that the testbed may need; the names with where each came from. */
export async function allPrograms(options: BinariesOptions = {}): Promise<Record<Program, Found>> {
  const found: Partial<Record<Program, Found>> = {}
  for (const name of [...KUBERNETES_PROGRAMS, ...OTHER_PROGRAMS]) found[name] = await findProgram(name, options)
  return found as Record<Program, Found>
}
