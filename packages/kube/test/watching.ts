import { eventually } from '@moorage/testkit/eventually.ts'
import type { KubeObject, Resource } from '../src/resource.ts'
import type { KubeTransport } from '../src/transport.ts'
import { type WatchMessage, type WatchOptions, watchResource } from '../src/watch.ts'

type Message = WatchMessage<KubeObject>

/** A watch that runs beside the test: what it told, and what is there according to it. */
export interface Watching extends AsyncDisposable {
  messages: Message[]
  /** Names and versions of what is there. */
  present: Map<string, string>
  /** Kinds of message, without repetitions of `page` and `changes`. */
  kinds(): string[]
  /** The version to resume at. */
  readonly version: string
  /** What it threw. */
  readonly thrown: unknown
  /** Waits until `is` holds. */
  until(is: (watching: Watching) => boolean, within?: number): Promise<void>
  stop(): Promise<void>
}

const note = (present: Map<string, string>, message: Message) => {
  if (message.type === 'restarted') present.clear()
  if (message.type === 'page') {
    for (const { metadata } of message.items) present.set(metadata.name, metadata.resourceVersion)
  }
  if (message.type !== 'changes') return
  for (const { type, object } of message.changes) {
    if (type === 'DELETED') present.delete(object.metadata.name)
    else present.set(object.metadata.name, object.metadata.resourceVersion)
  }
}

/** Starts a watch and keeps account of it. */
export const watching = (
  transport: KubeTransport,
  resource: Resource,
  options: Omit<WatchOptions, 'signal'>,
): Watching => {
  const stopping = new AbortController()
  const messages: Message[] = []
  const present = new Map<string, string>()
  let version = ''
  let thrown: unknown = null
  const run = async () => {
    for await (const message of watchResource(transport, resource, { ...options, signal: stopping.signal })) {
      messages.push(message)
      note(present, message)
      if ('resourceVersion' in message) version = message.resourceVersion
    }
  }
  const done = run().catch(error => {
    thrown = error
  })
  const stop = async () => {
    stopping.abort()
    await done
  }
  const self: Watching = {
    messages,
    present,
    kinds: () => messages.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1]),
    get version() {
      return version
    },
    get thrown() {
      return thrown
    },
    async until(is, within = 20_000) {
      await eventually(() => thrown !== null || is(self), { within })
      if (thrown !== null) throw thrown
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
  return self
}
