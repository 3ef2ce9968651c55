import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { otherReplicas } from '../store/replicas.ts'
import type { Store } from '../store/store.ts'
import type { Live } from './live.ts'

const CHANNEL = 'moorage_cuts'

/** What replicas have to say how much they cut, in ms: by then they have cut it by themselves. */
const ANSWER_WITHIN_MS = 2_000

/** What was cut of what somebody had open. */
export interface Cut {
  streams: number
  /** Other replicas that did not say in time how much they cut. */
  silentReplicas: number
}

/** Cuts on every replica what people have open, and counts it. */
export interface Cutting extends AsyncDisposable {
  /** For whoever has just taken everything back from a user: in the store, none of their credentials is good any more. */
  cutUser(userId: string): Promise<Cut>
}

export interface CuttingDeps {
  store: Pick<Store, 'db' | 'notify' | 'listen'>
  live: Pick<Live, 'recheck' | 'takeCut'>
  /** Name of this replica. */
  replica: string
  warn: (message: string, error: unknown) => void
  answerWithinMs?: number
}

/** What replicas tell each other. Nobody but them can write there, and other releases may say something else. */
const Message = z.union([
  z.object({ ask: z.string(), from: z.string(), user: z.string() }),
  z.object({ answer: z.string(), streams: z.int().nonnegative() }),
])

interface Asked {
  streams: number
  /** Replicas that have not answered yet. */
  left: number
  done: () => void
}

function read(payload: string): z.infer<typeof Message> | null {
  try {
    return Message.safeParse(JSON.parse(payload)).data ?? null
  } catch {
    return null
  }
}

export async function openCutting({
  store,
  live,
  replica,
  warn,
  answerWithinMs = ANSWER_WITHIN_MS,
}: CuttingDeps): Promise<Cutting> {
  const asked = new Map<string, Asked>()

  const cutHere = async (userId: string): Promise<number> => {
    await live.recheck()
    return live.takeCut(userId)
  }
  const answer = async (id: string, userId: string) => {
    try {
      await store.notify(CHANNEL, JSON.stringify({ answer: id, streams: await cutHere(userId) }))
    } catch (error) {
      warn('Another replica could not be told how much was cut.', error)
    }
  }
  const listening = await store.listen(CHANNEL, payload => {
    const message = read(payload)
    if (message === null) return
    if ('ask' in message) {
      if (message.from !== replica) void answer(message.ask, message.user)
      return
    }
    const mine = asked.get(message.answer)
    if (mine === undefined) return
    mine.streams += message.streams
    mine.left -= 1
    if (mine.left === 0) mine.done()
  })

  const askOthers = async (userId: string): Promise<Cut> => {
    const left = await otherReplicas(store.db, replica)
    if (left === 0) return { streams: 0, silentReplicas: 0 }
    const id = randomUUID()
    const { promise, resolve: done } = Promise.withResolvers<void>()
    const mine = { streams: 0, left, done }
    asked.set(id, mine)
    const timer = setTimeout(done, answerWithinMs)
    try {
      await store.notify(CHANNEL, JSON.stringify({ ask: id, from: replica, user: userId }))
      await promise
    } finally {
      clearTimeout(timer)
      asked.delete(id)
    }
    return { streams: mine.streams, silentReplicas: mine.left }
  }

  return {
    async cutUser(userId) {
      const [here, others] = await Promise.all([
        cutHere(userId),
        // What was taken back stays so, whether or not anybody can say how much that was.
        askOthers(userId).catch(error => {
          warn('Other replicas could not be asked how much they cut.', error)
          return { streams: 0, silentReplicas: 1 }
        }),
      ])
      return { streams: here + others.streams, silentReplicas: others.silentReplicas }
    },
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  }
}
