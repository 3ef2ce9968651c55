/** The time that this share of all others is not above, such as 0.95. */
export const share = (times: readonly number[], of: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * of))] as number
