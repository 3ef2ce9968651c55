import type { Identity } from '@moorage/contract/hub.ts'
import { memberGroup, memberUser } from '../access/member-rbac.ts'

/** The extra of an impersonated user under which a member's audit log has the id of the hub's request. */
export const REQUEST_EXTRA = 'moorage.dev/request'

/** Groups that an emergency's admin token acts in: there may be no rights of anybody else in the member yet. */
const ADMIN_GROUPS = ['system:masters']

/** How a request says in whose name it is made. */
export interface Acting {
  /** `connection`: the member does not let the hub act as others, so only the hub's rules know who it was. */
  as: 'person' | 'connection'
  /** Whether the id of the request can be said along. */
  extra: boolean
}

/** Headers that make a request the person's own in the member. */
export function impersonationHeaders(
  who: Pick<Identity, 'kind' | 'name' | 'groups'>,
  acting: Acting,
  requestId: string,
): Record<string, string | string[]> {
  if (acting.as === 'connection') return {}
  const groups = who.kind === 'token' ? ADMIN_GROUPS : who.groups.map(memberGroup)
  return {
    'impersonate-user': memberUser(who),
    ...(groups.length === 0 ? {} : { 'impersonate-group': groups }),
    ...(acting.extra ? { [`impersonate-extra-${encodeURIComponent(REQUEST_EXTRA)}`]: requestId } : {}),
  }
}
