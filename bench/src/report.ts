export interface Figure {
  name: string
  value: number
  unit: string
  goal?: string
}

/** Prints the figures as a table on stdout, then as one line of JSON. */
export function report(bench: string, size: Record<string, number>, figures: readonly Figure[]): void {
  const width = Math.max(...figures.map(figure => figure.name.length))
  for (const { name, value, unit, goal } of figures) {
    const shown = value >= 100 ? value.toFixed(0) : value.toPrecision(3)
    process.stdout.write(`${name.padEnd(width)}  ${shown.padStart(8)} ${unit.padEnd(3)} ${goal ?? ''}\n`)
  }
  process.stdout.write(`${JSON.stringify({ bench, size, figures })}\n`)
}
