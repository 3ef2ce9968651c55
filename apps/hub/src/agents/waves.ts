/** Of how many the second wave takes one. */
const TENTH = 10

/** One, then a tenth of all, then the rest: what is wrong with a version shows at the first or the next few. */
export function wavesOf<T>(all: readonly T[]): T[][] {
  const second = 1 + Math.ceil(all.length / TENTH)
  return [all.slice(0, 1), all.slice(1, second), all.slice(second)].filter(wave => wave.length > 0)
}
