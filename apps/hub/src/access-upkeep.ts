import { randomUUID } from 'node:crypto'
import type { Identity } from '@moorage/contract/hub.ts'
import { endBindings } from './access/end-bindings.ts'
import type { PolicySource } from './access/policy-source.ts'
import type { Audit } from './audit/audit.ts'
import { type SweepDeps, sweepGrants } from './kubeproxy/sweep-grants.ts'
import type { Leases } from './work/leases.ts'

/** How often ended bindings are looked for, and what members hold that nobody needs any more, in ms. */
const UPKEEP_EVERY_MS = 60_000

/** After a change of rights, in ms: a file of bindings that is applied makes one sweep. */
const AFTER_CHANGE_MS = 2_000

export interface UpkeepDeps extends SweepDeps {
  leases: Pick<Leases, 'acquire'>
  policy: Pick<PolicySource, 'current' | 'changed'>
  audit: Audit
}

/** The hub itself, which ends what its time is over of. */
const HUB: Identity = { kind: 'system', id: 'hub', name: 'hub', groups: [] }

/** One round of it; another replica may be at it. */
export async function keepAccess(deps: UpkeepDeps): Promise<void> {
  await using lease = await deps.leases.acquire('access-upkeep')
  if (lease === null) return
  await endBindings(deps, ({ name, role, expiresAt }) =>
    deps.audit.record({
      who: HUB,
      source: '',
      action: 'bindings.end',
      clusterId: null,
      target: `bindings/${name}`,
      allowed: true,
      because: `Its time was over at ${expiresAt?.toISOString()}: role ${role} is no longer given.`,
      status: 200,
      requestId: randomUUID(),
      durationMs: null,
    }),
  )
  await sweepGrants(deps)
}

/** Keeps rights tidy until disposed of: one replica at a time. */
export function startAccessUpkeep(deps: UpkeepDeps): AsyncDisposable {
  let busy: Promise<void> | null = null
  let again = false
  const round = () => {
    if (busy !== null) {
      again = true
      return
    }
    busy = keepAccess(deps)
      .catch(error => deps.warn('Ended bindings, and what members no longer need, could not be tidied up.', error))
      .finally(() => {
        busy = null
        if (again) soon.refresh()
        again = false
      })
  }
  const soon = setTimeout(round, AFTER_CHANGE_MS).unref()
  const timer = setInterval(round, UPKEEP_EVERY_MS).unref()
  const changed = deps.policy.changed(() => void soon.refresh())
  return {
    async [Symbol.asyncDispose]() {
      changed[Symbol.dispose]()
      clearInterval(timer)
      clearTimeout(soon)
      again = false
      await busy
      clearTimeout(soon)
    },
  }
}
