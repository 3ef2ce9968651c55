import { type Forgotten, forgetName } from '../store/forget-name.ts'
import { type RightsChange, requireNotForbidding } from './change-rights.ts'

/** Takes all rights from the name of somebody who is deleted; nobody rids themselves of what is forbidden to them so. */
export function forgetSubject(
  rights: RightsChange,
  subject: { kind: 'user' | 'service-account'; name: string },
): Promise<Forgotten> {
  const bound = rights.policy.bindings.filter(({ subjects }) =>
    subjects.some(({ kind, name }) => kind === subject.kind && name === subject.name),
  )
  if (rights.who.kind === subject.kind && rights.who.name === subject.name) requireNotForbidding(rights, bound)
  return forgetName(rights.trx, subject)
}
