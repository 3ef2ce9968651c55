import type { Change } from '@moorage/contract/hub.ts'
import { hashToken } from '../store/tokens.ts'
import type { Authenticated, Credential } from './identity.ts'

/** How long a credential is believed without asking the store again, in ms: half of what a revocation may take. */
const BELIEVED_MS = 1_000

/** Credentials that are remembered. */
const MAX_REMEMBERED = 10_000

/** Remembers for a moment whom credentials stand for, so that a busy client costs one question a second. */
export interface KnownCredentials extends AsyncDisposable {
  /** Whom it stands for, as `find` said within the last second. Refusals are not remembered. */
  who(credential: Credential): Promise<Authenticated>
  /** Believes nothing any more: somebody's right to be here was taken back. */
  forget(): void
}

interface Kept {
  who: Promise<Authenticated>
  /** ms since 1970. */
  at: number
}

export interface KnownCredentialsDeps {
  find: (credential: Credential) => Promise<Authenticated>
  now: () => Date
  /** Tells what other replicas have taken back, long before a second is over. */
  changes: { subscribe(signal: AbortSignal): AsyncIterable<Change> }
}

export function knowCredentials({ find, now, changes }: KnownCredentialsDeps): KnownCredentials {
  const known = new Map<string, Kept>()
  const stopped = new AbortController()
  // What is being asked meanwhile is not kept either.
  const forget = () => known.clear()
  const hearing = (async () => {
    for await (const { type, cluster } of changes.subscribe(stopped.signal)) {
      if (type === 'access' || cluster === '') forget()
    }
  })()
  return {
    who(credential) {
      const key = `${credential.kind} ${hashToken(credential.text)}`
      const at = now().getTime()
      const before = known.get(key)
      if (before !== undefined && at >= before.at && at < before.at + BELIEVED_MS) return before.who
      // Kept in the order of their age, so that the first is the oldest.
      known.delete(key)
      const kept = { who: find(credential), at }
      known.set(key, kept)
      kept.who.catch(() => known.get(key) === kept && known.delete(key))
      const oldest = known.keys().next().value
      if (known.size > MAX_REMEMBERED && oldest !== undefined) known.delete(oldest)
      return kept.who
    },
    forget,
    async [Symbol.asyncDispose]() {
      stopped.abort()
      await hearing
    },
  }
}
