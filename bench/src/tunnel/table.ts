import type { Figure } from '../report.ts'

/** What a figure has to reach. */
export interface Goal {
  text: string
  met(value: number): boolean
}

export const atMost = (bound: number, unit: string): Goal => ({
  text: `≤ ${bound} ${unit}`,
  met: value => value <= bound,
})
export const atLeast = (bound: number, unit: string): Goal => ({
  text: `≥ ${bound} ${unit}`,
  met: value => value >= bound,
})

/** Where a group puts its figures. */
export interface Table {
  add(name: string, value: number, unit: string, goal?: Goal): void
  /** A row that says why there is no figure. */
  missing(name: string, why: string): void
  /** The same table; what is added through it carries these words before its name. */
  under(prefix: string): Table
}

export function tableOf(figures: Figure[], prefix = ''): Table {
  return {
    add(name, value, unit, goal) {
      figures.push({ name: prefix + name, value, unit, ...(goal && { goal: goal.text, met: goal.met(value) }) })
    },
    missing(name, why) {
      figures.push({ name: prefix + name, value: null, unit: '', note: `not measured: ${why.split('\n')[0]}` })
    },
    under: words => tableOf(figures, `${prefix}${words}`),
  }
}
