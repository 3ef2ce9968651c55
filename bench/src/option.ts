/** The number behind `--name`, or the fallback. */
export const numberOption = (args: readonly string[], name: string, fallback: number): number => {
  const at = args.indexOf(`--${name}`)
  if (at < 0) return fallback
  const value = Number(args[at + 1])
  if (!Number.isFinite(value) || value <= 0) throw new RangeError(`--${name} takes a number above 0.`)
  return value
}

/** The word behind `--name`. */
export const wordOption = (args: readonly string[], name: string): string | undefined => {
  const at = args.indexOf(`--${name}`)
  return at < 0 ? undefined : args[at + 1]
}
