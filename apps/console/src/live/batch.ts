import type { Change } from '@moorage/contract/hub.ts'

/** What to do about a batch of changes to the fleet. */
export type FleetAction = { do: 'nothing' } | { do: 'reload' } | { do: 'patch'; read: string[]; drop: string[] }

/** Clusters that are read one by one; with more, reading the whole list is cheaper. */
export const PATCH_AT_MOST = 8

/** How a fleet that is on show follows a batch of changes: a few clusters are read alone, many reload the list. */
export function fleetAction(changes: readonly Change[]): FleetAction {
  const last = new Map<string, 'cluster' | 'gone'>()
  for (const change of changes) {
    if (change.type === 'cluster' || change.type === 'gone') last.set(change.cluster, change.type)
  }
  if (last.size === 0) return { do: 'nothing' }
  if (last.size > PATCH_AT_MOST) return { do: 'reload' }
  const of = (type: 'cluster' | 'gone') => [...last].filter(([, t]) => t === type).map(([id]) => id)
  return { do: 'patch', read: of('cluster'), drop: of('gone') }
}
