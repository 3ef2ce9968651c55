/** Powers of ten and of two, by suffix. Milli and smaller serve CPU; a bare number has none. */
const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

const shape = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/

/**
 * A Kubernetes quantity (`500m`, `1Gi`, `1e3`, `0.5`) as a number, or null
 * where the text is not one. Exact up to 2^53.
 */
export function quantity(text: string): number | null {
  const found = shape.exec(text)
  if (found === null) return null
  const [, digits = '', exponent, suffix = ''] = found
  if (exponent !== undefined) return Number(`${digits}${exponent}`)
  const factor = suffixes[suffix] ?? 1
  // Dividing by a whole power of ten is exact where multiplying by 0.001 is not.
  return factor < 1 ? Number(digits) / Math.round(1 / factor) : Number(digits) * factor
}

/** Quantities of one object, by resource name. The API also sends bare numbers. */
export type Quantities = Readonly<Record<string, string | number>>

/** One resource of `of` as a number; 0 where it is missing or not a quantity. */
export const amount = (of: Quantities | undefined, resource: string): number =>
  quantity(String(of?.[resource] ?? '')) ?? 0

/** CPU in millicores, rounded up as the scheduler does. */
export const cpuMilli = (of: Quantities | undefined): number => roundUp(amount(of, 'cpu') * 1000)

/** Memory in bytes, rounded up as the scheduler does. */
export const memoryBytes = (of: Quantities | undefined): number => roundUp(amount(of, 'memory'))

/** Rounds up, but not for the last bits of floating point, in which 1.1 * 1000 is 1100.0000000000002. */
const roundUp = (value: number): number => (Number.isInteger(value) ? value : Math.ceil(Number(value.toPrecision(15))))
