import { badRequest } from './refusal.ts'

/** Parameters in their order, decoded as the API server decodes them. */
export type Query = readonly (readonly [name: string, value: string])[]

/** Visible ASCII and whole escapes, and no `;`, which some servers take for `&`. */
const QUERY = /^(?:[\x21\x22\x24\x26-\x3a\x3c-\x7e]|%[0-9A-Fa-f]{2})*$/

/** Parameters that decide what a request is, so it must be clear which one counts. */
const ONCE = new Set(['watch', 'follow', 'fieldSelector', 'labelSelector', 'limit', 'continue', 'timeoutSeconds'])

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw badRequest('The query encodes something that is not UTF-8.')
  }
}

/** Reads a query, without its "?". */
export function readQuery(text: string): Query {
  if (!QUERY.test(text)) {
    throw badRequest('The query has a character that must be percent-encoded, or a "%" that encodes nothing.')
  }
  const query = text
    .split('&')
    .filter(pair => pair !== '')
    .map(pair => {
      const at = pair.indexOf('=')
      return at < 0 ? ([decode(pair), ''] as const) : ([decode(pair.slice(0, at)), decode(pair.slice(at + 1))] as const)
    })
  const seen = new Set<string>()
  for (const [name] of query) {
    if (ONCE.has(name) && seen.has(name)) throw badRequest(`The query has the parameter "${name}" more than once.`)
    seen.add(name)
  }
  return query
}

export const parameter = (query: Query, name: string): string | undefined => query.find(([key]) => key === name)?.[1]

/** Whether a parameter is set as Kubernetes reads booleans: only its absence, "0" and "false" mean no. */
export function isOn(query: Query, name: string): boolean {
  const value = parameter(query, name)
  return value !== undefined && value !== '0' && value.toLowerCase() !== 'false'
}
