import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { HerdWord, Join } from './herd-words.ts'
import { inEnvironment, type Settings } from './settings.ts'

const FILE = fileURLToPath(new URL('herd-process.ts', import.meta.url))
/** Processes that the herd is spread over: one alone would be slower than the hub. */
const PARTS = 4

export interface Herd {
  /** Has one agent more, which registers with what this resolves with. */
  join(join: Join): Promise<object>
  start(): void
  /** How many have their link to the hub. */
  linked(): Promise<number>
}

export async function startHerd(stack: AsyncDisposableStack, settings: Settings): Promise<Herd> {
  const parts = await Promise.all(Array.from({ length: PARTS }, () => startPart(stack, settings)))
  let next = 0
  return {
    join: join => (parts[next++ % PARTS] as Part).join(join),
    start: () => parts.forEach(part => void part.start()),
    linked: async () => (await Promise.all(parts.map(part => part.linked()))).reduce((sum, one) => sum + one, 0),
  }
}

type Part = Awaited<ReturnType<typeof startPart>>

async function startPart(stack: AsyncDisposableStack, settings: Settings) {
  const child: ChildProcess = fork(FILE, { env: inEnvironment(settings) })
  stack.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill()
    await once(child, 'exit')
  })
  await once(child, 'message')
  const joining = new Map<string, (body: object) => void>()
  let looking = Promise.withResolvers<number>()
  child.on('message', (word: HerdWord) => {
    if ('linked' in word) looking.resolve(word.linked)
    if ('name' in word) joining.get(word.name)?.(word.body)
  })
  return {
    async join(join: Join) {
      const { promise, resolve } = Promise.withResolvers<object>()
      joining.set(join.name, resolve)
      child.send({ join })
      const body = await promise
      joining.delete(join.name)
      return body
    },
    start: () => child.send('start'),
    linked() {
      looking = Promise.withResolvers<number>()
      child.send('look')
      return looking.promise
    },
  }
}
