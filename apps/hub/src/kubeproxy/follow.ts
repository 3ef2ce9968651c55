import { MoorageError } from '../errors.ts'
import type { ProxyDeps } from './deps.ts'
import { type Admitted, isAllowed } from './gate.ts'

/** What the audit says of a request that was ended so. */
export const CUT = 'Cut: the right to it was taken back.'

/** The status in the audit of a request that was ended so: that of a connection which the server closed. */
export const CUT_STATUS = 499

/** A request that goes on only as long as its credential is good and the rules allow it. */
export interface Followed extends Disposable {
  /** Whether it was cut. */
  readonly cut: boolean
  /** A person has just done something in it. */
  used(): void
}

type Ongoing = Pick<Admitted, 'authenticated' | 'parsed' | 'member'>
type Deps = Pick<ProxyDeps, 'live' | 'standing' | 'members' | 'decide'>

/** Whether the rules of now allow it in the very cluster that it went to, whatever its name is by now. */
async function mayGoOn(deps: Deps, { authenticated, parsed, member }: Ongoing): Promise<boolean> {
  try {
    const { facts } = await deps.members.find(member.facts.id)
    return isAllowed(deps, authenticated, parsed, facts)
  } catch (error) {
    if (error instanceof MoorageError && error.code === 'cluster_not_found') return false
    throw error
  }
}

/** Calls `end` when it must not go on. */
export function follow(deps: Deps, admitted: Ongoing, end: () => void): Followed {
  let state: 'running' | 'cut' | 'over' = 'running'
  const cut = () => {
    if (state !== 'running') return
    state = 'cut'
    end()
  }
  const credential = deps.live.follow(admitted.authenticated)
  if (credential.signal.aborted) cut()
  else credential.signal.addEventListener('abort', cut, { once: true })
  const held = deps.standing.hold(() => mayGoOn(deps, admitted), cut)
  return {
    get cut() {
      return state === 'cut'
    },
    used: credential.used,
    [Symbol.dispose]() {
      if (state === 'running') state = 'over'
      held[Symbol.dispose]()
      credential.done()
    },
  }
}
