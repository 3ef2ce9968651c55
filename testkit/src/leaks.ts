import { createHook } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'

/** ms that closing sockets and ending processes may take. */
const SETTLES_WITHIN = 5_000
const LOOK_EVERY = 20

/** What a test can forget to close, by the name that Node gives it. Timers are told apart by who made them: a test runner has its own. */
const KINDS: Record<string, string> = {
  TCPSocketWrap: 'TCP socket',
  TCPServerWrap: 'TCP server',
  PipeWrap: 'pipe',
  PipeServerWrap: 'pipe server',
  TLSWrap: 'TLS connection',
  UDPWrap: 'UDP socket',
  ProcessWrap: 'child process',
  MessagePort: 'worker or message port',
  Worker: 'worker',
  FSEventWrap: 'file watcher',
  StatWatcher: 'file watcher',
}

/** How many of each are open now. */
export type OpenThings = ReadonlyMap<string, number>

/** Thrown when something that was opened is still open. */
export class Leaked extends Error {
  readonly code = 'leaked'
  constructor(what: string[]) {
    super(`still open: ${what.join(', ')}`)
    this.name = 'Leaked'
  }
}

/** Counts what of that keeps this process alive now. */
export function openThings(active: readonly string[] = process.getActiveResourcesInfo()): OpenThings {
  const counts = new Map<string, number>()
  for (const each of active) {
    const kind = KINDS[each]
    if (kind) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return counts
}

/** What is open after that was not before, as words. */
export function newlyOpen(before: OpenThings, after: OpenThings): string[] {
  return [...after]
    .map(([kind, count]) => ({ kind, more: count - (before.get(kind) ?? 0) }))
    .filter(({ more }) => more > 0)
    .map(({ kind, more }) => `${more} ${kind}${more > 1 ? 's' : ''}`)
}

/**
 * Remembers what is open; disposing of it waits until no more is, or throws what
 * leaked. Declare it first in a test: `await using _ = expectNoLeaks()`.
 */
export function expectNoLeaks(within = SETTLES_WITHIN): AsyncDisposable {
  const before = openThings()
  const timers = watchTimers()
  return {
    async [Symbol.asyncDispose]() {
      const deadline = performance.now() + within
      for (;;) {
        const left = [...newlyOpen(before, openThings()), ...timers.left()]
        if (left.length === 0) break
        if (performance.now() > deadline) throw new Leaked(left)
        await delay(LOOK_EVERY, undefined, { ref: false })
      }
      timers.stop()
    },
  }
}

/** Watches timers from now on; `left` says where those were made that still keep the process alive. */
function watchTimers(): { left(): string[]; stop(): void } {
  const made = new Map<number, { timer: NodeJS.Timeout; where: string }>()
  const hook = createHook({
    init(id, type, _trigger, resource) {
      if (type !== 'Timeout') return
      const where = maker(new Error().stack ?? '')
      if (where) made.set(id, { timer: resource as NodeJS.Timeout, where })
    },
    destroy: id => void made.delete(id),
  }).enable()
  return {
    left: () => [...made.values()].filter(({ timer }) => timer.hasRef()).map(({ where }) => `a timer made at ${where}`),
    stop: () => void hook.disable(),
  }
}

/** The first frame of ours in a stack, and nothing where the test runner made it. */
function maker(stack: string): string | undefined {
  const frames = stack.split('\n').filter(frame => frame.includes('file:') || frame.includes('/'))
  const outside = frames.find(frame => !frame.includes('node:') && !frame.includes(import.meta.filename))
  return outside?.includes('vitest') ? undefined : outside?.trim().replace(/^at /, '')
}
