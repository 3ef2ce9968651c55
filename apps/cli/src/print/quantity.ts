const KI = 1024

/** CPU as kubectl top says it: `250m`, or whole cores from ten on: `12`. */
export const cpu = (milli: number) =>
  milli % 1000 === 0 || milli >= 10_000 ? `${Math.round(milli / 1000)}` : `${Math.round(milli)}m`

/** Memory in the largest binary unit that leaves at least one: `512Mi`, `31.2Gi`. */
export function memory(bytes: number): string {
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi']
  let value = bytes
  let unit = 0
  while (value >= KI && unit < units.length - 1) {
    value /= KI
    unit += 1
  }
  const shown = value >= 100 || Number.isInteger(value) ? Math.round(value) : Math.round(value * 10) / 10
  return `${shown}${units[unit]}`
}

/** A share in whole percent, '-' where the whole is nothing. */
export const percent = (part: number, whole: number) => (whole > 0 ? `${Math.round((part / whole) * 100)}%` : '-')
