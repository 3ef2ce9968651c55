import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useTheme } from '../theme/theme-provider.tsx'
import { chartOptions } from './chart-options.ts'
import type { Series } from './series.ts'
import type { Unit } from './units.ts'

interface ChartProps {
  series: Series
  /** Drawn as the line that the series can not pass; null where it is not known. */
  limit: number | null
  unit: Unit
  /** The same in words, for those who do not see the chart. */
  words: string
  /** Charts with the same key move their cursors together. */
  sync: string
}

/** px */
const HEIGHT = 240

/** A line over time. */
export function Chart({ series, limit, unit, words, sync }: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const { dark } = useTheme()
  const data = useRef<uPlot.AlignedData>([[], [], []])
  data.current = [series.times, series.values, series.times.map(() => limit)]

  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of theme draws with other colours
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const options = chartOptions({
      unit,
      sync,
      width: element.clientWidth,
      height: HEIGHT,
      style: getComputedStyle(element),
    })
    const made = new uPlot(options, data.current, element)
    plot.current = made
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }))
    resize.observe(element)
    return () => {
      resize.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [unit, sync, dark])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the data follow from these two
  useEffect(() => plot.current?.setData(data.current), [series, limit])

  return (
    <figure className="chart">
      <figcaption className="pf-v6-screen-reader">{words}</figcaption>
      <div ref={box} aria-hidden="true" />
    </figure>
  )
}
