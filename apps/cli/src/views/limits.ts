import { isUnlimited, type SetLimits } from '@moorage/contract/limits.ts'
import { type Field, fields } from '../print/fields.ts'

const allowed = (no: boolean) => (no ? 'not allowed' : 'allowed')
const orAny = (list: string[], any: string) => (list.length === 0 ? any : list)

/** Limits, as people read them. */
export function limitsText(limits: SetLimits): string {
  const { kind, name, noCli, noWebTerminal, hours, from, setAt, setBy } = limits
  const of = `${kind === 'service-account' ? 'Service account' : kind[0]?.toUpperCase() + kind.slice(1)} ${name}`
  if (isUnlimited(limits)) return `${of} has no limits.`
  const list: Field[] = [
    ['Limits of', `${kind} ${name}`],
    ['kubectl and other clients', allowed(noCli)],
    ['Terminals in the console', allowed(noWebTerminal)],
    ['Hours', orAny(hours, 'any')],
    ['From', orAny(from, 'anywhere')],
  ]
  if (setAt !== null) list.push(['Set', `${setAt} by ${setBy}`])
  return fields(list)
}
