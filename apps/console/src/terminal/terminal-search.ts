/** Which pod a terminal is in, as it stands in the address. */
export interface TerminalSearch {
  namespace?: string
  pod?: string
  container?: string
}

/** Reads an address's search; what is no name is left out. */
export function readTerminalSearch(raw: Record<string, unknown>): TerminalSearch {
  const found: TerminalSearch = {}
  for (const key of ['namespace', 'pod', 'container'] as const) {
    const value = raw[key]
    // A name of digits alone is read as a number.
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') found[key] = String(value)
  }
  return found
}
