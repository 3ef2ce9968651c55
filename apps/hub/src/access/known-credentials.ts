import type { Change } from '@moorage/contract/hub.ts'
import { hashToken } from '../store/tokens.ts'
import { Believed } from './believed.ts'
import type { Authenticated, Credential } from './identity.ts'

/** How long a credential is believed without asking the store again, in ms: half of what a revocation may take. */
const BELIEVED_MS = 1_000

/** Credentials that are remembered. */
const MAX_REMEMBERED = 10_000

/** Remembers for a moment whom credentials stand for, so that a busy client costs about one question a second. */
export interface KnownCredentials extends AsyncDisposable {
  /** Whom it stands for, as `find` said within the last second. Refusals are not remembered. */
  who(credential: Credential): Promise<Authenticated>
  /** Believes nothing any more: somebody's right to be here was taken back. */
  forget(): void
}

export interface KnownCredentialsDeps {
  find: (credential: Credential) => Promise<Authenticated>
  now: () => Date
  /** Tells what other replicas have taken back, long before a second is over. */
  changes: { subscribe(signal: AbortSignal): AsyncIterable<Change> }
}

export function knowCredentials({ find, now, changes }: KnownCredentialsDeps): KnownCredentials {
  const known = new Believed<Authenticated>({
    forMs: BELIEVED_MS,
    most: MAX_REMEMBERED,
    clock: () => now().getTime(),
  })
  const stopped = new AbortController()
  // What is being asked meanwhile is not kept either.
  const forget = () => known.forgetAll()
  const hearing = (async () => {
    for await (const { type, cluster } of changes.subscribe(stopped.signal)) {
      if (type === 'access' || cluster === '') forget()
    }
  })()
  return {
    who: credential => known.get(`${credential.kind} ${hashToken(credential.text)}`, () => find(credential)),
    forget,
    async [Symbol.asyncDispose]() {
      stopped.abort()
      await hearing
    },
  }
}
