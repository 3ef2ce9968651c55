const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
const BASE = 1024

/** Bytes for people: `1.5 GiB`. */
export function bytes(value: number): string {
  if (value < BASE) return `${Math.round(value)} B`
  const power = Math.min(Math.floor(Math.log(value) / Math.log(BASE)), BINARY.length - 1)
  return `${short(value / BASE ** power)} ${BINARY[power]}`
}

/** Millicores for people: `250m` below one core, then `1.5 cores`. */
export function cpu(milli: number): string {
  if (milli === 0) return '0 cores'
  if (milli < 1000) return `${Math.round(milli)}m`
  const cores = short(milli / 1000)
  return `${cores} ${cores === '1' ? 'core' : 'cores'}`
}

/** A whole number with thousands set apart. */
export const count = (value: number): string => value.toLocaleString('en')

/** A share as whole percent, `<1%` for what is small but not nothing, null where there is nothing to share. */
export function percent(part: number, whole: number): string | null {
  if (whole <= 0) return null
  const share = (part / whole) * 100
  return share > 0 && share < 1 ? '<1%' : `${Math.round(share)}%`
}

/** `word` in the plural where `n` asks for it. */
export const plural = (n: number, word: string, many = `${word}s`): string => `${count(n)} ${n === 1 ? word : many}`

function short(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return Number(value.toFixed(digits)).toLocaleString('en')
}
