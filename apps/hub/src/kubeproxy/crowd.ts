import type { KubeTransport } from '@moorage/kube/transport.ts'
import { Refusal } from './refusal.ts'

/** Requests under way to each cluster. */
export interface Crowd {
  /**
   * Throws where there are too many. `long`: it goes on for as long as it likes.
   * Dispose of what it returns when the request is over.
   */
  enter(clusterId: string, transport: Pick<KubeTransport, 'room'>, long: boolean): Disposable
}

/** Requests at once to one cluster, where the way to it has room for any number. */
const AT_ONCE = 4_000

/** What is left to the hub's own of an agent's connections: whoever watches must not make a cluster look unreachable. */
const KEPT = 32

/** The part of the room that what goes on for long may take: whoever watches must not keep others from a short look. */
const LONG_PART = 7 / 8

export function makeCrowd(): Crowd {
  const inside = new Map<string, { all: number; long: number }>()

  const tooMany = (count: number, long: boolean) =>
    new Refusal(
      429,
      'TooManyRequests',
      long
        ? `${count} watches and sessions to this cluster are open, which is all that the hub takes: end some, and try again. A further replica of an agent makes room for more.`
        : `${count} requests to this cluster are under way, which is all that the hub takes. Watches and open sessions count: end some, and try again.`,
    )

  return {
    enter(clusterId, transport, long) {
      const at = transport.room === undefined ? AT_ONCE : Math.max(1, transport.room() - KEPT)
      const count = inside.get(clusterId) ?? { all: 0, long: 0 }
      if (count.all >= at) throw tooMany(count.all, false)
      if (long && count.long >= Math.ceil(at * LONG_PART)) throw tooMany(count.long, true)
      inside.set(clusterId, count)
      count.all += 1
      if (long) count.long += 1
      let over = false
      return {
        [Symbol.dispose]() {
          if (over) return
          over = true
          count.all -= 1
          if (long) count.long -= 1
          if (count.all === 0) inside.delete(clusterId)
        },
      }
    },
  }
}
