/** The words of a line, or why it is not taken. */
export type Words = { words: string[] } | { refused: string }

/** Words of one line. */
const MAX_WORDS = 256

/** What a shell would make something else of. None of it is done here, so none of it may look as if it were. */
const SHELL: readonly { of: RegExp; what: string; fix: string }[] = [
  { of: /[|]/, what: 'Pipes ("|")', fix: 'Choose what is shown with -o, -l or --field-selector.' },
  { of: /[<>]/, what: 'Redirects ("<" and ">")', fix: 'There are no files here.' },
  { of: /[;&]/, what: 'Several commands in one line (";" and "&")', fix: 'Enter them one by one.' },
  { of: /[$`]/, what: 'Variables and commands within commands ("$" and "`")', fix: 'Write out what they stand for.' },
  { of: /[()]/, what: 'Subshells ("(" and ")")', fix: 'Enter the command alone.' },
  { of: /[*?]/, what: 'Wildcards ("*" and "?")', fix: 'Choose by label with -l.' },
]
const QUOTED = 'Where it is meant as it stands, put it in single quotes.'

const shellSyntax = (letter: string): string | null => {
  const found = SHELL.find(({ of }) => of.test(letter))
  return found === undefined ? null : `${found.what} are not understood here, as no shell runs. ${found.fix} ${QUOTED}`
}

/** What a backslash takes the meaning of within double quotes. */
const ESCAPED_IN_DOUBLE = '"\\$`'

/**
 * Takes a line apart as a shell would, as far as quotes and backslashes go.
 * Nothing is expanded: what a shell would expand, pipe or redirect is refused.
 */
export function readWords(line: string): Words {
  if (/[\x00-\x08\x0a-\x1f\x7f\u2028\u2029]/.test(line)) {
    return { refused: 'The line has a line break or a control character in it. Enter one command at a time.' }
  }
  const words: string[] = []
  let word: string | null = null
  let quote: '"' | "'" | null = null
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at] as string
    if (quote === "'") {
      if (letter === "'") quote = null
      else word += letter
    } else if (letter === '\\') {
      const next = line[at + 1]
      if (next === undefined) return { refused: 'The line ends with a backslash. Enter the whole command in one line.' }
      word = (word ?? '') + (quote === '"' && !ESCAPED_IN_DOUBLE.includes(next) ? letter + next : next)
      at += 1
    } else if (quote === '"') {
      if (letter === '"') quote = null
      else if (letter === '$' || letter === '`') return { refused: shellSyntax(letter) as string }
      else word += letter
    } else if (letter === '"' || letter === "'") {
      quote = letter
      word ??= ''
    } else if (letter === ' ' || letter === '\t') {
      if (word !== null) words.push(word)
      word = null
    } else {
      const syntax = shellSyntax(letter)
      if (syntax !== null) return { refused: syntax }
      if (letter === '~' && word === null) {
        return { refused: `The home folder ("~") is not understood here, as there are no files. ${QUOTED}` }
      }
      word = (word ?? '') + letter
    }
  }
  if (quote !== null) return { refused: `A quote (${quote}) is opened and not closed.` }
  if (word !== null) words.push(word)
  if (words.length > MAX_WORDS) return { refused: `The line has more than ${MAX_WORDS} words.` }
  return { words }
}
