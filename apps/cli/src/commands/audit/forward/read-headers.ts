import { usage } from '../../../failure.ts'

/** Headers as curl's files have them, one `Name: value` on a line. What could be secret is never repeated. */
export function readHeaders(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), number: index + 1 }))
  const headers: Record<string, string> = {}
  for (const { line, number } of lines) {
    if (line === '' || line.startsWith('#')) continue
    const [, name, value] = /^([^\s:]+)\s*:\s*(\S.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined)
      throw usage(`Line ${number} of the headers is none.`, 'Write each as "Name: value", on a line of its own.')
    headers[name] = value
  }
  return headers
}
