import type { Command, Option } from 'commander'

export interface Candidate {
  value: string
  description: string
}

/** Names that only a look elsewhere can tell. */
export type Wanted = 'cluster' | 'context' | 'project'

/** What may stand in the place of the last word. Neither values nor `wanted` means: a file. */
export interface Candidates {
  values: Candidate[]
  wanted?: Wanted
}

/** Reads the words before the last one as the parser would, and says what may follow. Pure. */
export function candidates(root: Command, words: string[]): Candidates {
  const before = words.slice(0, -1)
  const typed = words.at(-1) ?? ''
  let at = root
  let operands = 0
  let plain = false
  for (let i = 0; i < before.length; i += 1) {
    const word = before[i] ?? ''
    if (!plain && word === '--') plain = true
    else if (!plain && word.startsWith('-') && word !== '-') {
      const option = optionOf(at, word)
      if (option && takesValue(option) && !word.includes('=')) {
        i += 1
        if (i === before.length) return valuesOf(option)
      }
    } else {
      const next = operands === 0 ? at.commands.find(child => isCalled(child, word)) : undefined
      if (next) at = next
      else operands += 1
    }
  }
  if (!plain && typed.startsWith('-')) {
    const [flag, value] = typed.split('=', 2)
    const option = value === undefined ? undefined : optionOf(at, flag ?? '')
    if (!option) return { values: flagsOf(at) }
    const found = valuesOf(option)
    return { ...found, values: found.values.map(candidate => ({ ...candidate, value: `${flag}=${candidate.value}` })) }
  }
  if (at.commands.length > 0)
    return { values: visible(at).map(child => ({ value: child.name(), description: child.summary() })) }
  return argumentOf(at, operands)
}

function argumentOf(command: Command, index: number): Candidates {
  const declared = command.registeredArguments
  const last = declared.at(-1)
  const argument = declared[index] ?? (last?.variadic ? last : undefined)
  if (!argument) return { values: [] }
  if (argument.argChoices) return { values: argument.argChoices.map(value => ({ value, description: '' })) }
  switch (argument.name()) {
    case 'cluster':
      return { values: [], wanted: 'cluster' }
    case 'name':
      return command.parent?.name() === 'context' ? { values: [], wanted: 'context' } : { values: [] }
    case 'command': {
      const root = command.parent ?? command
      return { values: visible(root).map(child => ({ value: child.name(), description: child.summary() })) }
    }
    default:
      return { values: [] }
  }
}

function valuesOf(option: Option): Candidates {
  if (option.argChoices) return { values: option.argChoices.map(value => ({ value, description: '' })) }
  if (option.long === '--hub') return { values: [], wanted: 'context' }
  if (option.long === '--project') return { values: [], wanted: 'project' }
  return { values: [] }
}

const flagsOf = (command: Command): Candidate[] =>
  [...own(command), ...globals(command)]
    .flatMap(option => (option.long && !option.hidden ? [{ value: option.long, description: option.description }] : []))
    .concat({ value: '--help', description: 'show the help of this command' })

const own = (command: Command) => command.options as Option[]
const globals = (command: Command): Option[] =>
  command.parent ? [...own(command.parent), ...globals(command.parent)] : []
const optionOf = (command: Command, word: string) => {
  const flag = word.split('=', 1)[0]
  return [...own(command), ...globals(command)].find(option => option.long === flag || option.short === flag)
}
const takesValue = (option: Option) => option.required || option.optional
const isCalled = (command: Command, word: string) => command.name() === word || command.aliases().includes(word)
const visible = (command: Command) => command.commands
