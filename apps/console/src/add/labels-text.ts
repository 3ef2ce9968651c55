/** Labels as they are typed, `env=prod, team=shop`; null where a part of it is no `key=value`. */
export function readLabels(text: string): Record<string, string> | null {
  const parts = text.split(/[\s,]+/).filter(part => part !== '')
  const pairs = parts.map(part => part.split('='))
  if (pairs.some(pair => pair.length !== 2 || pair[0] === '')) return null
  return Object.fromEntries(pairs)
}
