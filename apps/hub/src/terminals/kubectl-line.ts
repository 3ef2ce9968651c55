import {
  flagOfLetter,
  globalFlags,
  type KubectlCommand,
  kubectlAliases,
  kubectlCommands,
  refusedCommands,
  refusedFlags,
  refusedLetters,
} from './kubectl-commands.ts'
import { readWords } from './words.ts'

/** What a line comes to: arguments of kubectl, a question that the prompt answers itself, or why it is not run. */
export type KubectlLine = { args: string[] } | { help: true } | { refused: string }

/** Above it kubectl prints the headers of requests. */
const MAX_LEVEL = 6

const OUTPUTS = ['json', 'yaml', 'kyaml', 'name', 'wide', 'plaintext', 'plaintext-openapiv2']
/** Formats that hold what they show in the flag itself. Those that read it from a file have other names. */
const FORMATS = ['jsonpath', 'jsonpath-as-json', 'go-template', 'custom-columns']

const LEADING: Readonly<Record<string, string>> = { '-n': 'namespace', '-v': 'v', '-h': 'help' }

class NotRun extends Error {}

const commandsBy = new Map(kubectlCommands.map(command => [command.name, command]))
/** Words of the longest name of a command. */
const MOST_WORDS = 3

const quoted = (text: string) => JSON.stringify(text.slice(0, 60))

function nameOf(words: readonly string[], count: number): string {
  const name = words.slice(0, count).join(' ')
  const [first = '', second = '', ...rest] = words.slice(0, count)
  const renamed = kubectlAliases[`${first} ${second}`]
  return renamed === undefined ? name : [renamed, ...rest].join(' ')
}

/** The command that a line begins with, and how many of its words that takes. */
function commandOf(words: readonly string[]): { command: KubectlCommand; taken: number } {
  for (let count = Math.min(MOST_WORDS, words.length); count > 0; count -= 1) {
    const name = nameOf(words, count)
    const why = Object.hasOwn(refusedCommands, name) ? refusedCommands[name] : undefined
    if (why !== undefined) throw new NotRun(`"kubectl ${name}" is not run here. ${why}`)
    const command = commandsBy.get(name)
    if (command !== undefined) return { command, taken: count }
  }
  const [first = ''] = words
  const known = kubectlCommands.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => `"${name}"`)
  if (known.length > 0) throw new NotRun(`${quoted(words.slice(0, 2).join(' '))} is none of ${known.join(', ')}.`)
  throw new NotRun(`${quoted(first)} is no command that is run here. "help" lists those that are.`)
}

/** Flags of every command may stand before it: how many words they take. */
function leading(words: readonly string[]): number {
  let at = 0
  while (words[at]?.startsWith('-')) {
    const [flag = ''] = (words[at] as string).split('=')
    const refused = Object.entries(refusedLetters).find(([letter]) => flag === `-${letter}`)?.[1]
    const name = LEADING[flag] ?? refused ?? flag.replace(/^--/, '')
    if (name !== 'help' && !globalFlags.some(each => each === name)) throw unknownFlag({ name: 'kubectl' }, name)
    at += name === 'help' || words[at]?.includes('=') ? 1 : 2
  }
  return at
}

function unknownFlag({ name }: Pick<KubectlCommand, 'name'>, flag: string): NotRun {
  const why = Object.hasOwn(refusedFlags, flag) ? refusedFlags[flag] : undefined
  if (why !== undefined) return new NotRun(`--${flag} is not taken here. ${why}`)
  return new NotRun(
    `${quoted(`--${flag}`)} is no flag of "${name}" that is taken here. "${name} --help" lists kubectl’s.`,
  )
}

function checked(command: KubectlCommand, flag: string, value: string): string {
  const kind = command.flags.get(flag)
  if (kind === 'switch' && !/^(true|false)$/i.test(value)) {
    throw new NotRun(`--${flag} is ${quoted(value)}; it is a switch: true or false.`)
  }
  if (kind === 'level' && !(/^\d{1,2}$/.test(value) && Number(value) <= MAX_LEVEL)) {
    throw new NotRun(
      `--v is ${quoted(value)}; here it goes from 0 to ${MAX_LEVEL}, as above that credentials could be shown.`,
    )
  }
  if (kind === 'output') {
    const [format = '', ...rest] = value.split('=')
    const inline = FORMATS.includes(format) && rest.length > 0
    if (!(inline || (OUTPUTS.includes(format) && rest.length === 0))) {
      const choices = [...OUTPUTS, ...FORMATS.map(each => `${each}=…`)].join(', ')
      throw new NotRun(
        `The output ${quoted(value)} is not taken here: it is one of ${choices}. Nothing is read from files.`,
      )
    }
  }
  return value
}

/** The flags and other words after a command, each flag in the one form that can not be read in two ways. */
function argumentsOf(command: KubectlCommand, words: readonly string[]): string[] {
  const found: string[] = []
  const flags: string[] = []
  let at = 0
  const next = (flag: string): string => {
    const value = words[at]
    if (value === undefined) throw new NotRun(`--${flag} has no value.`)
    at += 1
    return value
  }
  const take = (flag: string, given: string | undefined) => {
    const kind = command.flags.get(flag)
    if (kind === undefined) throw unknownFlag(command, flag)
    const alone = kind === 'switch' || kind === 'optional'
    if (given === undefined && alone) flags.push(`--${flag}`)
    else flags.push(`--${flag}=${checked(command, flag, given ?? next(flag))}`)
  }
  const takeLetters = (text: string) => {
    for (let rest = text; rest !== ''; ) {
      const [letter = ''] = rest
      rest = rest.slice(letter.length)
      const flag = flagOfLetter(command, letter) ?? refusedLetters[letter]
      if (flag === undefined)
        throw new NotRun(`${quoted(`-${letter}`)} is no flag of "${command.name}" that is taken here.`)
      const kind = command.flags.get(flag)
      if (rest.startsWith('=')) return take(flag, rest.slice(1))
      if (kind === 'switch' || kind === 'optional') take(flag, undefined)
      else return take(flag, rest === '' ? undefined : rest)
    }
  }
  while (at < words.length) {
    const word = words[at] as string
    at += 1
    if (word === '-') throw new NotRun('"-" is not taken here: there is no input to read.')
    if (word === '--') throw new NotRun('"--" is not taken here: nothing is passed on to another program.')
    if (word.startsWith('--')) {
      const cut = word.indexOf('=')
      const name = (cut < 0 ? word.slice(2) : word.slice(2, cut)).replaceAll('_', '-')
      take(name, cut < 0 ? undefined : word.slice(cut + 1))
    } else if (word.startsWith('-')) takeLetters(word.slice(1))
    else found.push(word)
  }
  if (command.name === 'cluster-info' && found.length > 0)
    throw new NotRun('"kubectl cluster-info" takes no words here.')
  return [...found, ...flags]
}

/** What a line comes to. Only what is understood whole is run, and in other words than those that were typed. */
export function readKubectlLine(line: string): KubectlLine {
  const read = readWords(line)
  if ('refused' in read) return read
  const words = read.words[0] === 'kubectl' || read.words[0] === 'k' ? read.words.slice(1) : read.words
  const [first] = words
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') return { help: true }
  try {
    const before = leading(words)
    const { command, taken } = commandOf(words.slice(before))
    const rest = [...words.slice(before + taken), ...words.slice(0, before)]
    return { args: [...command.name.split(' '), ...argumentsOf(command, rest)] }
  } catch (error) {
    if (error instanceof NotRun) return { refused: error.message }
    throw error
  }
}
