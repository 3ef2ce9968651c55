import { usage } from '../failure.ts'

const KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/

/** Adds one `k=v` to those before it: for an option that may be given several times. */
export function collectLabel(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at <= 0) throw usage(`"${text}" is not a label.`, 'Write key=value, such as env=prod.')
  return { ...before, [key(text.slice(0, at))]: value(text.slice(at + 1)) }
}

/** `k=v` sets a label and `k-` removes it (null), as `kubectl label` has it. */
export function labelChanges(texts: string[]): Record<string, string | null> {
  const changes: Record<string, string | null> = {}
  for (const text of texts) {
    const at = text.indexOf('=')
    const removes = at < 0 && text.endsWith('-')
    if (at < 0 && !removes)
      throw usage(`"${text}" is not a change of labels.`, 'Write key=value to set one and key- to remove one.')
    const name = key(removes ? text.slice(0, -1) : text.slice(0, at))
    if (name in changes) throw usage(`The label "${name}" is given twice.`, 'Give each key once.')
    changes[name] = removes ? null : value(text.slice(at + 1))
  }
  return changes
}

/** Labels as text, in the order of their keys. */
export const showLabels = (labels: Record<string, string>) =>
  Object.keys(labels)
    .sort()
    .map(name => `${name}=${labels[name]}`)
    .join(',')

function key(text: string): string {
  if (KEY.test(text)) return text
  throw usage(
    `"${text.slice(0, 80)}" is not a label key.`,
    'A key is up to 63 letters, digits, "-", "_" and ".", with a DNS name and "/" before it if you like.',
  )
}

function value(text: string): string {
  if (VALUE.test(text)) return text
  throw usage(`"${text.slice(0, 80)}" is not a label value.`, 'A value is up to 63 letters, digits, "-", "_" and ".".')
}
