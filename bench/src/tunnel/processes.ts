import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { inEnvironment, type Settings } from './settings.ts'

/** One of the benchmark's processes. */
export interface Part {
  port: number
  usage(): Promise<{ cpuSeconds: number; residentMb: number }>
}

/** Starts one of the files beside this one; `stack` ends it. */
export async function start(stack: AsyncDisposableStack, file: string, settings: Settings): Promise<Part> {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), { env: inEnvironment(settings) })
  stack.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill()
    await once(child, 'exit')
  })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    port,
    usage: async () => {
      const answer = once(child, 'message')
      child.send('usage')
      const [usage] = (await answer) as [{ cpuSeconds: number; residentMb: number }]
      return usage
    },
  }
}

/** CPU seconds that the parts use together meanwhile. */
export async function cpuOf<T>(
  parts: readonly Part[],
  work: () => Promise<T>,
): Promise<{ result: T; cpuSeconds: number }> {
  const sum = async () =>
    (await Promise.all(parts.map(part => part.usage()))).reduce((all, one) => all + one.cpuSeconds, 0)
  const before = await sum()
  const result = await work()
  return { result, cpuSeconds: (await sum()) - before }
}
