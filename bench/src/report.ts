export interface Figure {
  name: string
  /** Null where it was not measured; `note` says why. */
  value: number | null
  unit: string
  goal?: string
  /** Whether the goal is met, where that is for the figure alone to say. */
  met?: boolean
  note?: string
}

const shown = (value: number | null) => {
  if (value === null) return '–'
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

const verdict = ({ goal = '', met }: Figure) => (met === undefined ? goal : `${goal}  ${met ? 'met' : 'short'}`)

/** Prints the figures as a table on stdout, then as one line of JSON. */
export function report(bench: string, size: Record<string, number>, figures: readonly Figure[]): void {
  const width = Math.max(...figures.map(figure => figure.name.length))
  for (const figure of figures) {
    const { name, value, unit, note } = figure
    const line = `${name.padEnd(width)}  ${shown(value).padStart(8)} ${unit.padEnd(5)} ${note ?? verdict(figure)}`
    process.stdout.write(`${line.trimEnd()}\n`)
  }
  process.stdout.write(`${JSON.stringify({ bench, size, figures })}\n`)
}
