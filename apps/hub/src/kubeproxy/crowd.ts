import type { KubeTransport } from '@moorage/kube/transport.ts'
import { Refusal } from './refusal.ts'

/** Requests under way to each cluster. */
export interface Crowd {
  /** Throws where there are too many. Dispose of what it returns when the request is over. */
  enter(clusterId: string, kind: KubeTransport['kind']): Disposable
}

/**
 * Requests at once to one cluster. An agent process has 256 connections, of
 * which some are left to the hub's own: watchers must not make a cluster look
 * unreachable.
 */
const AT_ONCE: Readonly<Record<KubeTransport['kind'], number>> = { agent: 224, direct: 4_000, cloud: 4_000 }

export function makeCrowd(): Crowd {
  const inside = new Map<string, number>()
  return {
    enter(clusterId, kind) {
      const count = inside.get(clusterId) ?? 0
      if (count >= AT_ONCE[kind]) {
        throw new Refusal(
          429,
          'TooManyRequests',
          `${count} requests to this cluster are under way, which is all that the hub takes. Watches and open sessions count: end some, and try again.`,
        )
      }
      inside.set(clusterId, count + 1)
      let over = false
      return {
        [Symbol.dispose]() {
          if (over) return
          over = true
          const left = (inside.get(clusterId) ?? 1) - 1
          if (left > 0) inside.set(clusterId, left)
          else inside.delete(clusterId)
        },
      }
    },
  }
}
