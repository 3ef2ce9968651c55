import type { Identity } from '@moorage/contract/hub.ts'
import { isUnlimited, type Limited, type Limits, type SetLimits } from '@moorage/contract/limits.ts'
import { MoorageError, notAllowed } from '../errors.ts'
import { type LimitsRow, setClusterLimits, setSubjectLimits } from '../store/limits.ts'
import { changeRights, type RightsDeps } from './change-rights.ts'
import { decide } from './decide.ts'
import type { Policy } from './policy.ts'
import { readSource } from './sources.ts'

/** Limits as the API shows them. */
export const toSetLimits = ({ kind, name, limits, set_at, set_by }: Omit<LimitsRow, 'cluster_id'>): SetLimits => ({
  kind,
  name,
  ...limits,
  setAt: set_at.toISOString(),
  setBy: set_by,
})

/** Whether limits of a user, group or service account hold for somebody. */
export const holdsFor = ({ kind, name }: Limited, who: Identity, policy: Policy): boolean =>
  kind === 'group' ? policy.groupsOf(who).includes(name) : kind === who.kind && name === who.name

/** Refuses addresses that can not be read, or do not mean what they seem to. */
function requireSources({ from }: Limits): void {
  const fields = from.flatMap((text, at) => {
    try {
      readSource(text)
      return []
    } catch (error) {
      return [{ path: `from.${at}`, message: (error as Error).message }]
    }
  })
  const [first] = fields
  if (first !== undefined) throw new MoorageError('bad_request', `${first.message}.`, { fields })
}

/** Who sets limits for themselves could shut themselves out, and who takes them away would let themselves in. */
export function requireNotOwn(of: Limited, who: Identity, policy: Policy): void {
  if (!holdsFor(of, who, policy)) return
  throw new MoorageError('too_much_power', `Limits of ${of.kind} ${of.name} hold for ${who.name}, who asks.`, {
    fix: 'Ask somebody else who may set limits, or use an admin token.',
  })
}

/**
 * Sets limits, or takes them away where they say nothing. They count when this resolves. `clusterId` is that of the
 * cluster whose limits they are.
 */
export async function setLimits(
  deps: RightsDeps,
  of: Limited,
  limits: Limits,
  { who, clusterId }: { who: Identity; clusterId: string | null },
): Promise<SetLimits> {
  requireSources(limits)
  return changeRights(deps, who, async ({ trx, policy, now, clusterOf }) => {
    const cluster = clusterId === null ? undefined : clusterOf(clusterId)
    const decision = decide(who, { kind: 'hub', verb: 'update', resource: 'limits', cluster }, policy, now)
    if (!decision.allowed) throw notAllowed(decision.because)
    if (of.kind !== 'cluster') requireNotOwn(of, who, policy)
    const setting = isUnlimited(limits) ? null : { limits, set_at: now, set_by: who.name }
    if (clusterId !== null) await setClusterLimits(trx, clusterId, setting)
    else if (of.kind !== 'cluster') await setSubjectLimits(trx, { kind: of.kind, name: of.name }, setting)
    if (setting === null) return { ...of, ...limits, setAt: null, setBy: null }
    return toSetLimits({ ...of, ...setting })
  })
}
