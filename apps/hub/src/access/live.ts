import type { Identity } from '@moorage/contract/hub.ts'
import type { Store } from '../store/store.ts'
import { validSessionIds, validTokenIds } from '../store/valid-credentials.ts'
import type { Asker } from './arrival.ts'
import type { Authenticated } from './identity.ts'

/** Why a stream ends whose credential is good: its owner's limits. The message says which. */
export class ShutOut extends Error {
  override readonly name = 'ShutOut'
}

/** Watches over the credentials of long requests, so that a revocation ends them, and a group that is taken away. */
export interface Live extends Disposable {
  /** Number of long requests that are followed now. */
  readonly size: number
  /** A signal that aborts once the credential is no longer valid or has lost a group, its owner's limits shut them out, or `done` was called. */
  follow(who: Authenticated): { signal: AbortSignal; done: () => void }
  /** Looks now, for a revocation made by this very process; resolves with whose streams it has cut. */
  recheck(): Promise<readonly Identity[]>
}

export interface LiveDeps {
  store: Pick<Store, 'db'>
  now: () => Date
  warn: (message: string, error: unknown) => void
  /** Why somebody may go on with nothing, by their limits of now; null where they may. */
  shutOut: (who: Asker) => string | null
  /** Between two looks, in ms. */
  everyMs: number
}

/**
 * One query a second for all long requests of this process; none while there
 * are none. Other replicas' revocations are seen by it too. While the store
 * does not answer, nobody can be revoked either, so streams go on.
 */
export function followCredentials(deps: LiveDeps): Live {
  const followed = new Map<AbortController, Authenticated>()
  let busy = false

  const look = async () => {
    const seen = [...followed]
    const now = deps.now()
    const cut: Identity[] = []
    const end = (controller: AbortController, identity: Identity, because: Error) => {
      if (!followed.delete(controller)) return
      controller.abort(because)
      cut.push(identity)
    }
    // Needs no store: hours end while it does not answer, too.
    for (const [controller, { identity }] of seen) {
      const because = deps.shutOut(identity)
      if (because !== null) end(controller, identity, new ShutOut(because))
    }
    try {
      const tokenIds = seen.flatMap(([, { via }]) => (via.tokenId === null ? [] : [via.tokenId]))
      const sessionIds = seen.flatMap(([, { via }]) => (via.kind === 'session' ? [via.sessionId] : []))
      const tokens = await validTokenIds(deps.store.db, [...new Set(tokenIds)], now)
      const sessions = await validSessionIds(deps.store.db, [...new Set(sessionIds)], now)
      for (const [controller, { via, identity }] of seen) {
        const valid =
          (via.tokenId === null || tokens.has(via.tokenId)) && (via.kind === 'bearer' || sessions.has(via.sessionId))
        const groups = via.kind === 'session' ? sessions.get(via.sessionId) : tokens.get(via.tokenId)
        // What is under way is judged by the groups that it began with.
        const asBefore = identity.groups.every(group => groups?.includes(group) === true)
        if (valid && asBefore) continue
        end(controller, identity, new Error('The credential is no longer valid, or has lost a group.'))
      }
    } catch (error) {
      deps.warn('Credentials of open streams could not be checked.', error)
    }
    return cut
  }
  const recheck = async () => (followed.size > 0 ? look() : [])
  const timer = setInterval(() => {
    // A store that is slow to answer must not be asked ever more.
    if (busy) return
    busy = true
    void recheck().finally(() => {
      busy = false
    })
  }, deps.everyMs)
  timer.unref()

  return {
    get size() {
      return followed.size
    },
    follow(who) {
      const controller = new AbortController()
      followed.set(controller, who)
      return {
        signal: controller.signal,
        done: () => {
          followed.delete(controller)
          controller.abort(new Error('The request is over.'))
        },
      }
    },
    recheck,
    [Symbol.dispose]() {
      clearInterval(timer)
      followed.clear()
    },
  }
}
