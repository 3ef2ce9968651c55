/** The same object without the members that are undefined: options that were not given are not sent. */
export function given<T extends Record<string, unknown>>(
  options: T,
): { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
} {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}
