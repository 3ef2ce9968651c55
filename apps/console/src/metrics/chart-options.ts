import type uPlot from 'uplot'
import type { Unit } from './units.ts'

interface Look {
  unit: Unit
  sync: string
  width: number
  height: number
  /** Where the colours of the theme are read from. */
  style: CSSStyleDeclaration
}

/** px; room for the longest value on the axis. */
const AXIS_WIDTH = 72

/** What a chart looks like in the theme in force. */
export function chartOptions({ unit, sync, width, height, style }: Look): uPlot.Options {
  const { name, format, incrs } = unit
  const colour = (token: string) => style.getPropertyValue(token).trim()
  const text = colour('--pf-t--global--text--color--subtle')
  const grid = colour('--chart-grid')
  const axis: uPlot.Axis = {
    stroke: text,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1 },
    font: `12px ${style.fontFamily}`,
  }
  return {
    width,
    height,
    cursor: { sync: { key: sync }, points: { size: 7 } },
    legend: { live: true },
    scales: {
      x: { time: true, range: (_plot, min, max) => timeRange(min, max) },
      y: { range: (_plot, _min, max) => [0, (max || 1) * 1.08] },
    },
    axes: [
      { ...axis, values: (_plot, splits, _space, _found, step) => splits.map(at => clock(at, step)) },
      { ...axis, size: AXIS_WIDTH, incrs, values: (_plot, splits) => splits.map(format) },
    ],
    series: [
      {
        label: 'Time',
        value: (_plot, at) =>
          at === null ? '–' : new Date(at * 1000).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' }),
      },
      {
        label: `${name} used`,
        stroke: colour('--chart-line'),
        fill: colour('--chart-fill'),
        width: 2,
        value: (_plot, value) => (value === null ? '–' : format(value)),
      },
      {
        label: 'Allocatable',
        stroke: colour('--chart-limit'),
        dash: [6, 4],
        width: 1.5,
        points: { show: false },
        value: (_plot, value) => (value === null ? '–' : format(value)),
      },
    ],
  }
}

/** s; what the first readings of a cluster are drawn in, as uPlot takes years for a single one. */
const SHORTEST = 600

/** From when to when the chart goes, in Unix seconds: up to the newest reading, and not less than ten minutes. */
export const timeRange = (min: number | null, max: number | null): uPlot.Range.MinMax =>
  min === null || max === null ? [null, null] : [Math.min(min, max - SHORTEST), max]

/** Seconds in a day: from a step of this length on the axis shows dates. */
const DAY = 86_400
/** Seconds in a minute: below a step of this length the axis shows seconds. */
const MINUTE = 60

function clock(at: number, step: number): string {
  const time = new Date(at * 1000)
  return step >= DAY
    ? time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
    : time.toLocaleTimeString('en-GB', {
        hour: '2-digit',
        minute: '2-digit',
        ...(step < MINUTE && { second: '2-digit' }),
      })
}
