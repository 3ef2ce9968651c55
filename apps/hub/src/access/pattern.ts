/** Whether a text matches a pattern in which `*` stands for any characters, none included. Linear, whatever the pattern. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...parts] = pattern.split('*')
  if (parts.length === 0) return text === first
  const last = parts.pop() ?? ''
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let from = first.length
  const end = text.length - last.length
  for (const part of parts) {
    const at = text.indexOf(part, from)
    if (at < 0 || at + part.length > end) return false
    from = at + part.length
  }
  return true
}

export const matchesAny = (patterns: readonly string[], text: string): boolean =>
  patterns.some(pattern => matchesPattern(pattern, text))
