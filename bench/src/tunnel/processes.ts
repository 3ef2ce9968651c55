import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { inEnvironment, type Settings } from './settings.ts'

export interface Usage {
  cpuSeconds: number
  residentMb: number
}

/** One of the benchmark's processes. */
export interface Part {
  port: number
  pid: number
  usage(): Promise<Usage>
}

/** Starts one of the files beside this one; `stack` ends it. */
export async function start(
  stack: AsyncDisposableStack,
  file: string,
  settings: Settings,
  execArgv: string[] = [],
): Promise<Part> {
  const env = inEnvironment(settings)
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), { env, execArgv })
  stack.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill()
    await once(child, 'exit')
  })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    port,
    pid: child.pid as number,
    usage: async () => {
      const answer = once(child, 'message')
      child.send('usage')
      const [usage] = (await answer) as [Usage]
      return usage
    },
  }
}

/** CPU seconds that each of the parts uses meanwhile, by its name. */
export async function cpuOf<T>(
  parts: Readonly<Record<string, Pick<Part, 'usage'>>>,
  work: () => Promise<T>,
): Promise<{ result: T; cpuSeconds: Record<string, number> }> {
  const read = async () =>
    Promise.all(Object.entries(parts).map(async ([name, part]) => [name, (await part.usage()).cpuSeconds] as const))
  const before = new Map(await read())
  const result = await work()
  const after = await read()
  return {
    result,
    cpuSeconds: Object.fromEntries(after.map(([name, seconds]) => [name, seconds - (before.get(name) as number)])),
  }
}
