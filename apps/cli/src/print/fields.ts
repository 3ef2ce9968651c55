import { width } from './width.ts'
import { foldAt } from './wrap.ts'

/** A name and its value; a list of values goes on lines of their own. */
export type Field = [name: string, value: string | string[]]

/** `Name:   value` lines with the values under each other. */
export function fields(list: Field[], maxWidth?: number): string {
  const column = Math.max(...list.map(([name]) => width(name))) + 3
  const room = maxWidth === undefined ? undefined : maxWidth - column
  return list
    .map(([name, value]) => {
      const values = (Array.isArray(value) ? value : [value]).flatMap(text => foldAt(text, room).split('\n'))
      const [first = '<none>', ...rest] = values
      return [`${`${name}:`.padEnd(column)}${first}`, ...rest.map(line => ' '.repeat(column) + line)].join('\n')
    })
    .join('\n')
}

/** The text two columns further in. */
export const indent = (text: string) =>
  text
    .split('\n')
    .map(line => `  ${line}`)
    .join('\n')
