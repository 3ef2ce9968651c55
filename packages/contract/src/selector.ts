/** One requirement on labels. `=` and `==` are `in` with one value, `!=` is `notin` with one. */
export type Requirement =
  | { key: string; operator: 'in' | 'notin'; values: string[] }
  | { key: string; operator: 'exists' | 'absent' }

/** A parsed Kubernetes label selector: all requirements must hold. An empty one selects everything. */
export type Selector = Requirement[]

/** A selector that can't be read. `position` counts characters from 0. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError'
  readonly code = 'bad_request'
  readonly position: number
  constructor(message: string, position: number) {
    super(message)
    this.position = position
  }
}

/** At most this many requirements: each becomes a condition of a query. */
const MAX_REQUIREMENTS = 50

const KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/

type Token = { text: string; at: number; word: boolean }

function tokens(text: string): Token[] {
  const found: Token[] = []
  const token = /\s+|(==|!=|=|!|,|\(|\))|([A-Za-z0-9_./-]+)/y
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const match = token.exec(text)
    if (match === null) {
      const wrong = text.charAt(at)
      const hint =
        wrong === '<' || wrong === '>' ? 'comparisons are not supported' : 'labels and selectors do not contain it'
      throw new SelectorError(`The label selector has "${wrong}" at position ${at + 1}: ${hint}.`, at)
    }
    if (match[1] !== undefined) found.push({ text: match[1], at, word: false })
    else if (match[2] !== undefined) found.push({ text: match[2], at, word: true })
  }
  return found
}

/** Reads a Kubernetes label selector: `a=b, c!=d, e in (f,g), h notin (i), j, !k`. Throws a {@link SelectorError}. */
export function parseSelector(text: string): Selector {
  const all = tokens(text)
  let next = 0
  const fail = (expected: string, token = all[next]): never => {
    const at = token?.at ?? text.length
    const found = token === undefined ? 'it ends' : `it has "${token.text}"`
    throw new SelectorError(`The label selector should have ${expected} at position ${at + 1}, but there ${found}.`, at)
  }
  const take = (punctuation: string): boolean => {
    const token = all[next]
    if (token === undefined || token.word || token.text !== punctuation) return false
    next += 1
    return true
  }
  const key = (): string => {
    const token = all[next]
    if (!token?.word) return fail('a label key')
    if (!KEY.test(token.text)) {
      throw new SelectorError(`"${token.text}" at position ${token.at + 1} is not a Kubernetes label key.`, token.at)
    }
    next += 1
    return token.text
  }
  // A value may be empty: `a=` asks for the empty value.
  const value = (): string => {
    const token = all[next]
    if (!token?.word) return ''
    if (!VALUE.test(token.text)) {
      throw new SelectorError(`"${token.text}" at position ${token.at + 1} is not a Kubernetes label value.`, token.at)
    }
    next += 1
    return token.text
  }
  const set = (): string[] => {
    if (!take('(')) fail('"("')
    const values = [value()]
    while (take(',')) values.push(value())
    if (!take(')')) fail('")" or ","')
    return [...new Set(values)]
  }
  const requirement = (): Requirement => {
    if (take('!')) return { key: key(), operator: 'absent' }
    const name = key()
    if (take('=') || take('==')) return { key: name, operator: 'in', values: [value()] }
    if (take('!=')) return { key: name, operator: 'notin', values: [value()] }
    const word = all[next]
    if (word?.word && (word.text === 'in' || word.text === 'notin')) {
      next += 1
      return { key: name, operator: word.text, values: set() }
    }
    return { key: name, operator: 'exists' }
  }

  const selector: Selector = []
  if (all.length === 0) return selector
  do {
    if (selector.length === MAX_REQUIREMENTS) {
      throw new SelectorError(
        `The label selector has more than ${MAX_REQUIREMENTS} requirements.`,
        all[next]?.at ?? text.length,
      )
    }
    selector.push(requirement())
  } while (take(','))
  if (next < all.length) fail('","')
  return selector
}

function holds(requirement: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined
  switch (requirement.operator) {
    case 'exists':
      return value !== undefined
    case 'absent':
      return value === undefined
    case 'in':
      return value !== undefined && requirement.values.includes(value)
    case 'notin':
      return value === undefined || !requirement.values.includes(value)
  }
}

/** Whether labels satisfy a selector. `!=` and `notin` also hold where the key is absent, as in Kubernetes. */
export function matchesSelector(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  return selector.every(requirement => holds(requirement, labels))
}

function format(requirement: Requirement): string {
  switch (requirement.operator) {
    case 'exists':
      return requirement.key
    case 'absent':
      return `!${requirement.key}`
    case 'in':
    case 'notin':
      return `${requirement.key} ${requirement.operator} (${requirement.values.join(',')})`
  }
}

/** The selector as text that `parseSelector` reads back to the same. */
export function formatSelector(selector: Selector): string {
  return selector.map(format).join(',')
}
