import type { Decision } from '@moorage/contract/access-request.ts'
import { isLimit } from '../access/limits.ts'
import { ShutOut } from '../access/live.ts'
import { MoorageError } from '../errors.ts'
import type { ProxyDeps } from './deps.ts'
import { type Admitted, judge } from './gate.ts'

/** What the audit says of a request that was ended so, where no limit says more. */
const CUT = 'Cut: the right to it was taken back.'

/** The status in the audit of a request that was ended so: that of a connection which the server closed. */
export const CUT_STATUS = 499

/** A request that goes on only as long as its credential is good and the rules allow it. */
export interface Followed extends Disposable {
  /** Whether it was cut. */
  readonly cut: boolean
  /** A person has just done something in it. */
  used(): void
  /** Why it was cut, as the audit says it; empty while it was not. */
  readonly because: string
}

type Ongoing = Pick<Admitted, 'authenticated' | 'parsed' | 'member'>
type Deps = Pick<ProxyDeps, 'live' | 'standing' | 'members' | 'decide'>

/** What the rules of now say of it in the very cluster that it went to, whatever its name is by now. */
async function judgeNow(deps: Deps, { authenticated, parsed, member }: Ongoing): Promise<Decision> {
  try {
    const { facts } = await deps.members.find(member.facts.id)
    return judge(deps, authenticated, parsed, facts)
  } catch (error) {
    if (error instanceof MoorageError && error.code === 'cluster_not_found') {
      return { allowed: false, because: error.message }
    }
    throw error
  }
}

/** Calls `end` when it must not go on. */
export function follow(deps: Deps, admitted: Ongoing, end: () => void): Followed {
  let state: 'running' | 'cut' | 'over' = 'running'
  let because = ''
  const cut = (why: string) => {
    if (state !== 'running') return
    state = 'cut'
    because = why
    end()
  }
  const credential = deps.live.follow(admitted.authenticated)
  const onLost = () => {
    const reason: unknown = credential.signal.reason
    cut(reason instanceof ShutOut ? `Cut: ${reason.message}` : CUT)
  }
  if (credential.signal.aborted) onLost()
  else credential.signal.addEventListener('abort', onLost, { once: true })
  let last = CUT
  const mayGoOn = async () => {
    const decision = await judgeNow(deps, admitted)
    last = isLimit(decision.rule) ? `Cut: ${decision.because}` : CUT
    return decision.allowed
  }
  const held = deps.standing.hold(mayGoOn, () => cut(last))
  return {
    get cut() {
      return state === 'cut'
    },
    used: credential.used,
    get because() {
      return because
    },
    [Symbol.dispose]() {
      if (state === 'running') state = 'over'
      held[Symbol.dispose]()
      credential.done()
    },
  }
}
