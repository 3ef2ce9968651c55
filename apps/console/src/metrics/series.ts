import type { Metrics } from '@moorage/contract/inventory.ts'

type Point = Metrics['points'][number]

/** Columns for the chart: times in Unix seconds, and one value each, null where there is a gap. */
export interface Series {
  times: number[]
  values: (number | null)[]
}

/** Steps without a point after which the line is broken instead of drawn across. */
const GAP_STEPS = 2.5

/** The points as one series; a hole in the readings becomes a gap in the line. */
export function seriesOf(points: readonly Point[], which: 'cpu' | 'memory', stepSeconds: number): Series {
  const series: Series = { times: [], values: [] }
  let before: number | undefined
  for (const [time, cpu, memory] of points) {
    if (before !== undefined && time - before > stepSeconds * GAP_STEPS) {
      series.times.push(before + stepSeconds)
      series.values.push(null)
    }
    series.times.push(time)
    series.values.push(which === 'cpu' ? cpu : memory)
    before = time
  }
  return series
}

/** The numbers of a series that a sentence about it needs, or null where it is empty. */
export function summary(values: readonly (number | null)[]): { least: number; most: number; newest: number } | null {
  const known = values.filter(value => value !== null)
  const newest = known.at(-1)
  if (newest === undefined) return null
  let least = newest
  let most = newest
  for (const value of known) {
    if (value < least) least = value
    if (value > most) most = value
  }
  return { least, most, newest }
}
