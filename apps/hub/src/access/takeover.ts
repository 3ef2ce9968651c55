import type { Subject } from '@moorage/contract/access.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import { type GrantContext, whyNotGrant } from './grant.ts'

/**
 * Refuses to let somebody become another, or make one who is waited for, unless they could give out themselves all
 * that the other has: by a password or a token of another they would act as them.
 */
export function requireTakeover(
  subject: Pick<Subject, 'kind' | 'name'> & { groups?: readonly string[] },
  context: GrantContext,
): void {
  const { policy, who } = context
  const other: Identity = {
    kind: subject.kind as Identity['kind'],
    id: '',
    name: subject.name,
    groups: [...(subject.groups ?? [])],
  }
  for (const binding of policy.for(other)) {
    const role = policy.roles.get(binding.role)
    if (role === undefined) continue
    const expiresAt = binding.expiresAt === null ? null : new Date(binding.expiresAt)
    const why = whyNotGrant({ role, scope: binding.writtenScope, expiresAt }, context)
    if (why === null) continue
    throw new MoorageError(
      'too_much_power',
      `${who.name} can not do this with ${subject.name}, who may do more. ${why}`,
      {
        fix: 'Ask somebody who may do all of it, such as a super admin.',
      },
    )
  }
}
