import type { Identity } from '@moorage/contract/hub.ts'
import { touchSessions } from '../store/sessions.ts'
import type { Store } from '../store/store.ts'
import { validSessionIds, validTokenIds } from '../store/valid-credentials.ts'
import type { Asker } from './arrival.ts'
import type { Authenticated } from './identity.ts'
import { idleEnd, USED_EVERY_MS } from './session-times.ts'

/** A long request, as its credential goes. */
export interface LiveRequest {
  /** Aborts once the credential is no longer valid or has lost a group. */
  signal: AbortSignal
  /** A person has just done something in it: a session that is used so is not idle. */
  used(): void
  /** It is over, and followed no more. */
  done(): void
}

/** Why a stream ends whose credential is good: its owner's limits. The message says which. */
export class ShutOut extends Error {
  override readonly name = 'ShutOut'
}

/** Watches over the credentials of long requests, so that a revocation ends them, and a group that is taken away. */
export interface Live extends Disposable {
  /** Number of long requests that are followed now. */
  readonly size: number
  /** Follows the credential of a long request until it is done, or its owner's limits shut them out. */
  follow(who: Authenticated): LiveRequest
  /** Looks now, for a revocation made by this very process; resolves with whose streams it has cut. */
  recheck(): Promise<readonly Identity[]>
  /** How many of this user's were cut lately, whichever look it was; each is counted once. */
  takeCut(userId: string): number
}

export interface LiveDeps {
  store: Pick<Store, 'db'>
  now: () => Date
  warn: (message: string, error: unknown) => void
  /** Why somebody may go on with nothing, by their limits of now; null where they may. */
  shutOut: (who: Asker) => string | null
  /** Between two looks, in ms. */
  everyMs: number
  /** Told when this very process has revoked something. */
  revoked?: () => void
}

/** For so long a stream that was cut is counted for whoever asks, in ms: a look every second may be faster than they. */
const LATELY_MS = 5_000

interface Followed {
  who: Authenticated
  /** Whether it was used since that was written down. */
  used: boolean
  /** ms, by the hub's clock. */
  touchedAt: number
}

/**
 * One query a second for all long requests of this process; none while there
 * are none. Other replicas' revocations are seen by it too. While the store
 * does not answer, nobody can be revoked either, so streams go on.
 */
export function followCredentials(deps: LiveDeps): Live {
  const followed = new Map<AbortController, Followed>()
  let busy = false
  /** When, in ms by the hub's clock, and whose. */
  let lately: { at: number; who: Identity }[] = []

  /** Before the look, so that nobody is cut off in the middle of what they do. */
  const touch = async (seen: readonly Followed[], now: Date) => {
    const due = seen.filter(({ used, touchedAt }) => used && now.getTime() - touchedAt >= USED_EVERY_MS)
    const ids = due.flatMap(({ who: { via } }) => (via.kind === 'session' ? [via.sessionId] : []))
    await touchSessions(deps.store.db, [...new Set(ids)], now, idleEnd(now))
    for (const each of due) Object.assign(each, { used: false, touchedAt: now.getTime() })
  }

  const look = async () => {
    const entries = [...followed]
    const seen = entries.map(([, { who }]) => who)
    const now = deps.now()
    const cut: Identity[] = []
    lately = lately.filter(({ at }) => at > now.getTime() - LATELY_MS)
    const end = (controller: AbortController, identity: Identity, because: Error) => {
      if (!followed.delete(controller)) return
      controller.abort(because)
      cut.push(identity)
      lately.push({ at: now.getTime(), who: identity })
    }
    // Needs no store: hours end while it does not answer, too.
    for (const [controller, { who }] of entries) {
      const { identity } = who
      const because = deps.shutOut(identity)
      if (because !== null) end(controller, identity, new ShutOut(because))
    }
    try {
      await touch([...followed.values()], now)
      const tokenIds = seen.flatMap(({ via }) => (via.tokenId === null ? [] : [via.tokenId]))
      const sessionIds = seen.flatMap(({ via }) => (via.kind === 'session' ? [via.sessionId] : []))
      const tokens = await validTokenIds(deps.store.db, [...new Set(tokenIds)], now)
      const sessions = await validSessionIds(deps.store.db, [...new Set(sessionIds)], now)
      for (const [controller, { who }] of entries) {
        const { via, identity } = who
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
      const mine: Followed = { who, used: false, touchedAt: Number.NEGATIVE_INFINITY }
      followed.set(controller, mine)
      return {
        signal: controller.signal,
        used: () => {
          mine.used = true
        },
        done: () => void followed.delete(controller),
      }
    },
    recheck() {
      deps.revoked?.()
      return recheck()
    },
    takeCut(userId) {
      const taken = lately.filter(({ who }) => who.kind === 'user' && who.id === userId)
      lately = lately.filter(each => !taken.includes(each))
      return taken.length
    },
    [Symbol.dispose]() {
      clearInterval(timer)
      followed.clear()
    },
  }
}
