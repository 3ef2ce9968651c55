import { bytes, cpu } from '../format/quantity.ts'

/** How a resource is written, and at which distances its axis has lines. */
export interface Unit {
  name: string
  format: (value: number) => string
  incrs: number[]
}

/** Powers of two up to 2 PiB, so that lines are at whole numbers of a unit. */
const BYTES = Array.from({ length: 51 }, (_, power) => 2 ** power)
/** From 1 to a million cores, in the steps of a ruler. */
const MILLI = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map(step => step * 10 ** power)).flat()

/** The two resources that are measured. */
export const units: Record<'cpu' | 'memory', Unit> = {
  cpu: { name: 'CPU', format: cpu, incrs: MILLI },
  memory: { name: 'Memory', format: bytes, incrs: BYTES },
}
