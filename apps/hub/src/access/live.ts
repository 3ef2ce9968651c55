import type { Store } from '../store/store.ts'
import { validSessionIds, validTokenIds } from '../store/valid-credentials.ts'
import type { Authenticated } from './identity.ts'

/** Watches over the credentials of long requests, so that a revocation ends them. */
export interface Live extends Disposable {
  /** Number of long requests that are followed now. */
  readonly size: number
  /** A signal that aborts once the credential is no longer valid, or `done` was called. */
  follow(who: Authenticated): { signal: AbortSignal; done: () => void }
  /** Looks now, for a revocation made by this very process. */
  recheck(): Promise<void>
}

export interface LiveDeps {
  store: Pick<Store, 'db'>
  now: () => Date
  warn: (message: string, error: unknown) => void
  /** Between two looks, in ms. */
  everyMs: number
}

/**
 * One query a second for all long requests of this process; none while there
 * are none. Other replicas' revocations are seen by it too. While the store
 * does not answer, nobody can be revoked either, so streams go on.
 */
export function followCredentials(deps: LiveDeps): Live {
  const followed = new Map<AbortController, Authenticated['via']>()
  let busy = false

  const look = async () => {
    const vias = [...followed]
    const now = deps.now()
    try {
      const tokens = await validTokenIds(deps.store.db, [...new Set(vias.map(([, via]) => via.tokenId))], now)
      const ids = vias.flatMap(([, via]) => (via.kind === 'session' ? [via.sessionId] : []))
      const sessions = await validSessionIds(deps.store.db, [...new Set(ids)], now)
      for (const [controller, via] of vias) {
        const valid = tokens.has(via.tokenId) && (via.kind === 'bearer' || sessions.has(via.sessionId))
        if (!valid) {
          followed.delete(controller)
          controller.abort(new Error('The credential is no longer valid.'))
        }
      }
    } catch (error) {
      deps.warn('Credentials of open streams could not be checked.', error)
    }
  }
  const recheck = async () => {
    if (followed.size > 0) await look()
  }
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
      followed.set(controller, who.via)
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
