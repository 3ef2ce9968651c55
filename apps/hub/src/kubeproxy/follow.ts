import type { ProxyDeps } from './deps.ts'
import { type Admitted, isAllowed } from './gate.ts'
import { readMount } from './mount.ts'

/** What the audit says of a request that was ended so. */
export const CUT = 'Cut: the right to it was taken back.'

/** The status in the audit of a request that was ended so: that of a connection which the server closed. */
export const CUT_STATUS = 499

/** A request that goes on only as long as its credential is good and the rules allow it. */
export interface Followed extends Disposable {
  /** Whether it was cut. */
  readonly cut: boolean
}

/** Calls `end` when it must not go on. */
export function follow(deps: ProxyDeps, admitted: Admitted, end: () => void): Followed {
  const { authenticated, parsed, prefix } = admitted
  let state: 'running' | 'cut' | 'over' = 'running'
  const cut = () => {
    if (state !== 'running') return
    state = 'cut'
    end()
  }
  const credential = deps.live.follow(authenticated)
  if (credential.signal.aborted) cut()
  else credential.signal.addEventListener('abort', cut, { once: true })
  const { ref } = readMount(prefix)
  const held = deps.standing.hold(async () => {
    const member = await deps.members.find(ref)
    return isAllowed(deps, authenticated, parsed, member.facts)
  }, cut)
  return {
    get cut() {
      return state === 'cut'
    },
    [Symbol.dispose]() {
      if (state === 'running') state = 'over'
      held[Symbol.dispose]()
      credential.done()
    },
  }
}
