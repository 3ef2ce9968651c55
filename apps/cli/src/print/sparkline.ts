const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** Values as bars in one line of at most `cells`; each bar is the mean of its share of them. The scale begins at 0. */
export function sparkline(values: number[], cells: number): string {
  const most = Math.max(...values)
  const count = Math.min(cells, values.length)
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * values.length) / count)
    const part = values.slice(from, Math.max(from + 1, Math.floor(((i + 1) * values.length) / count)))
    const mean = part.reduce((sum, value) => sum + value, 0) / part.length
    return BARS[most > 0 ? Math.min(BARS.length - 1, Math.floor((mean / most) * BARS.length)) : 0]
  }).join('')
}
