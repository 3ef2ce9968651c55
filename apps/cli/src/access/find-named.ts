import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'

/** The one of this name, of a list that the hub gave. */
export function findNamed<T extends { name: string }>(items: readonly T[], what: string, name: string): T {
  const found = items.find(item => item.name === name)
  if (found) return found
  throw new CliError('not_found', exitCodes.notFound, `There is no ${what} ${name}, or you may not see it.`, {
    fix: `"moorage ${what} list" shows their names.`,
  })
}

/** Refuses a name that is taken: making it again would change what is there. */
export function requireNew<T extends { name: string }>(items: readonly T[], what: string, name: string): void {
  if (!items.some(item => item.name === name)) return
  throw new CliError('name_taken', exitCodes.conflict, `There is a ${what} ${name} already.`, {
    fix: `Choose another name, or change it in a file: moorage export, then moorage apply -f FILE.`,
  })
}
