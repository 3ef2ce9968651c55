import { badRequest } from './refusal.ts'

const invalid = () => badRequest('The fieldSelector of the query can not be understood.')

/** Terms between commas that no backslash stands before. */
function termsOf(selector: string): string[] {
  const terms: string[] = []
  let start = 0
  for (let index = 0; index < selector.length; index += 1) {
    if (selector[index] === '\\') index += 1
    else if (selector[index] === ',') {
      terms.push(selector.slice(start, index))
      start = index + 1
    }
  }
  terms.push(selector.slice(start))
  return terms.filter(term => term !== '')
}

/** A value with its backslashes taken away; they may stand before `\`, `,` and `=` only, and the latter two not without. */
function withoutBackslashes(text: string): string {
  let value = ''
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] as string
    if (character === '\\') {
      index += 1
      const next = text[index]
      if (next !== '\\' && next !== ',' && next !== '=') throw invalid()
      value += next
    } else if (character === ',' || character === '=') throw invalid()
    else value += character
  }
  return value
}

/**
 * The name that a selector asks for by `metadata.name=NAME`, as the API server
 * finds it for its own authorisation: a list by this is about that one object.
 */
export function nameSelectedBy(selector: string): string | null {
  const terms = termsOf(selector).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const exact = terms.flatMap(term => {
    const found = /^(.*?)(!=|==|=)(.*)$/s.exec(term)
    if (found === null) throw invalid()
    const [, field, operator, value = ''] = found
    const plain = withoutBackslashes(value)
    return operator !== '!=' && field === 'metadata.name' ? [plain] : []
  })
  const [name] = exact
  return name === undefined || name === '' || name === '.' || name === '..' || /[/%]/.test(name) ? null : name
}
