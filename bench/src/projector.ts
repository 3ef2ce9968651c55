import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { leanNodeFlags } from '@moorage/projector/node-flags.ts'
import { reportedKinds } from '@moorage/projector/project.ts'
import { createInBulk } from '@moorage/testkit/bulk.ts'
import { startControlPlane } from '@moorage/testkit/control-plane.ts'
import { processMemory } from './memory.ts'
import { type Figure, report } from './report.ts'

const PROCESS = fileURLToPath(new URL('./projector-process.ts', import.meta.url))
/** ms after the lists in which nothing happens in the cluster: the process comes to rest, then its CPU is counted. */
const SETTLE = 5_000
const IDLE = 15_000
/** ms per tick in /proc/PID/stat: USER_HZ is 100 on every Linux of today. */
const TICK = 10

/**
 * Memory and idle CPU of the projector as a process of its own, which is what
 * an agent is beside its tunnel: of a small cluster and of a large one.
 *
 * --nodes N --pods N   size of the large one (5,000 and 20,000)
 * --kubeconfig FILE    measures that cluster alone, as it is
 */
export async function projector(args: string[]): Promise<void> {
  const option = (name: string) => args[args.indexOf(`--${name}`) + 1]
  const given = (name: string) => args.includes(`--${name}`)
  const nodes = given('nodes') ? Number(option('nodes')) : 5_000
  const pods = given('pods') ? Number(option('pods')) : 20_000
  if (given('kubeconfig')) {
    report('projector', {}, await measure('as it is', option('kubeconfig') ?? '', ''))
    return
  }
  const dir = mkdtempSync(join(tmpdir(), 'moorage-bench-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const member = stack.use(await startControlPlane({ name: 'bench', controllerManager: false, scheduler: false }))
  const kubeconfig = join(dir, 'kubeconfig')
  writeFileSync(kubeconfig, member.kubeconfig, { mode: 0o600 })
  await createInBulk(member, { nodes: 3, pods: 50, prefix: 'small' })
  const small = await measure('small cluster', kubeconfig, '≤ 90 MB')
  process.stderr.write(`bench: ${nodes} nodes and ${pods} pods\n`)
  await createInBulk(member, { nodes, pods })
  report('projector', { nodes, pods }, [...small, ...(await measure('large cluster', kubeconfig, '≤ 160 MB'))])
}

async function measure(name: string, kubeconfig: string, goal: string): Promise<Figure[]> {
  const started = performance.now()
  const child = spawn(process.execPath, [...leanNodeFlags, PROCESS, kubeconfig], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  try {
    const pid = child.pid as number
    await listed(child.stdout)
    const readMs = performance.now() - started
    const readCpu = cpuMs(pid)
    await new Promise(resolve => setTimeout(resolve, SETTLE))
    const [restCpu, restAt] = [cpuMs(pid), performance.now()]
    await new Promise(resolve => setTimeout(resolve, IDLE))
    const idleShare = (cpuMs(pid) - restCpu) / (performance.now() - restAt)
    const { nowMb, highestMb } = processMemory(pid)
    return [
      { name: `${name}, memory at most`, value: highestMb, unit: 'MB', ...(goal && { goal }) },
      { name: `${name}, memory at rest`, value: nowMb, unit: 'MB' },
      { name: `${name}, CPU at rest`, value: idleShare * 1000, unit: '‰' },
      { name: `${name}, read whole after`, value: readMs / 1000, unit: 's' },
      { name: `${name}, CPU to read it`, value: readCpu / 1000, unit: 's' },
    ]
  } finally {
    child.kill()
    await ended
  }
}

/** Reads batches until every kind was listed, and goes on reading so that the pipe stays empty. */
async function listed(output: NodeJS.ReadableStream): Promise<void> {
  const missing = new Set(reportedKinds)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const lines = createInterface({ input: output })
  lines.on('line', line => {
    // The long lines are rows, which end nothing.
    const { type, kind, state, resourceVersion } = line.startsWith('{"type":"rows"') ? {} : JSON.parse(line)
    if (type === 'list-end') missing.delete(kind)
    if (type === 'events' && resourceVersion !== null) missing.delete('Event')
    if (type === 'state' && (state === 'forbidden' || state === 'absent')) missing.delete(kind)
    if (missing.size === 0) resolve()
  })
  lines.on('close', () => reject(new Error(`the projector ended before it had listed ${[...missing].join(', ')}`)))
  await promise
}

/** What the process has used of the CPU, in ms. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK
}
