import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive } from './lock.ts'
import { tailOf } from './process.ts'
import { startTestbed, type TestbedOptions } from './testbed.ts'

/** ms; the first start on a machine may build programs, which shows its progress. */
const UP_WITHIN = 30 * 60_000
/** ms; then the keeper is killed, and the kernel kills its children. */
const DOWN_WITHIN = 30_000
const LOOK_EVERY = 100
const NAME = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/

/** A testbed that stands on its own, kept by a process of its own. */
export interface Standing {
  name: string
  flavour: string
  nodes: number
  url: string
  kubeconfig: string
  /** Process id of the keeper. */
  pid: number
  since: string
}

/** What `up` hands to the keeper. */
export type StandingOptions = Required<
  Pick<TestbedOptions, 'name' | 'flavour' | 'nodes' | 'workloads' | 'moving' | 'metrics'>
>

const stateFile = (root: string, name: string) => join(root, name, 'state.json')
const keeperLog = (root: string, name: string) => join(root, `${name}.log`)

/** Those that stand now, by name. What a killed keeper left behind is removed. */
export function listStanding(root: string): Standing[] {
  if (!existsSync(root)) return []
  const found: Standing[] = []
  for (const name of readdirSync(root).sort()) {
    if (!existsSync(stateFile(root, name))) continue
    const standing = JSON.parse(readFileSync(stateFile(root, name), 'utf8')) as Standing
    if (keeps(standing.pid, name)) found.push(standing)
    else rmSync(join(root, name), { recursive: true, force: true })
  }
  return found
}

/** Starts a keeper and resolves when its testbed is up. `keeper` is the command that calls `keepStanding`. */
export async function startStanding(
  root: string,
  options: StandingOptions,
  keeper: readonly string[],
  log: (line: string) => void,
): Promise<Standing> {
  const { name } = options
  if (!NAME.test(name)) throw new Error(`"${name}" is no name for a testbed; use lower-case letters, digits and dashes`)
  const there = listStanding(root).find(each => each.name === name)
  if (there)
    throw new Error(
      `${name} is up already; its kubeconfig is ${there.kubeconfig}. Take it down first: down --name ${name}`,
    )
  rmSync(join(root, name), { recursive: true, force: true })
  mkdirSync(root, { recursive: true })
  writeFileSync(keeperLog(root, name), '')
  const output = openSync(keeperLog(root, name), 'a')
  const child = spawn(process.execPath, [...keeper, JSON.stringify(options)], {
    detached: true,
    stdio: ['ignore', output, output],
  })
  child.unref()
  const deadline = Date.now() + UP_WITHIN
  let shown = 0
  while (!existsSync(stateFile(root, name))) {
    const lines = readFileSync(keeperLog(root, name), 'utf8').split('\n').slice(0, -1)
    for (const line of lines.slice(shown)) log(line)
    shown = lines.length
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      child.kill('SIGTERM')
      throw new Error(`${name} did not come up:\n${tailOf(keeperLog(root, name))}`)
    }
    await delay(LOOK_EVERY)
  }
  return JSON.parse(readFileSync(stateFile(root, name), 'utf8')) as Standing
}

/** The keeper's own work: a testbed until SIGTERM. */
export async function keepStanding(root: string, options: StandingOptions): Promise<void> {
  const { name } = options
  const dir = join(root, name)
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort())
  await using testbed = await startTestbed({ ...options, dir, log: line => console.log(line) })
  const { url, kubeconfigPath } = testbed.controlPlane
  const standing: Standing = {
    name,
    flavour: options.flavour,
    nodes: options.nodes,
    url,
    kubeconfig: kubeconfigPath,
    pid: process.pid,
    since: new Date().toISOString(),
  }
  writeFileSync(stateFile(root, name), JSON.stringify(standing, null, 2))
  if (!stop.signal.aborted) await new Promise(resolve => stop.signal.addEventListener('abort', resolve))
}

/** Takes it down and resolves when nothing of it runs or is left on disk. */
export async function stopStanding(root: string, standing: Standing): Promise<void> {
  if (keeps(standing.pid, standing.name)) process.kill(standing.pid, 'SIGTERM')
  const deadline = Date.now() + DOWN_WITHIN
  while (isAlive(standing.pid)) {
    if (Date.now() > deadline) process.kill(standing.pid, 'SIGKILL')
    await delay(LOOK_EVERY)
  }
  rmSync(join(root, standing.name), { recursive: true, force: true })
  rmSync(keeperLog(root, standing.name), { force: true })
}

/** Whether that process is the keeper of that testbed, and not another one that got its id. */
function keeps(pid: number, name: string): boolean {
  try {
    const command = execFileSync('ps', ['-o', 'args=', '-p', `${pid}`], { encoding: 'utf8' })
    return command.includes('keep') && command.includes(`"name":"${name}"`)
  } catch {
    return false // ps ends with 1 where there is no such process
  }
}
