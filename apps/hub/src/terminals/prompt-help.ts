import { kubectlCommands } from './kubectl-commands.ts'

/** What the prompt answers to "help". */
export const promptHelp = (cluster: string): string => {
  const names = new Map<string, string[]>()
  for (const { name } of kubectlCommands) {
    const [first = '', ...rest] = name.split(' ')
    names.set(first, [...(names.get(first) ?? []), ...(rest.length === 0 ? [] : [rest.join(' ')])])
  }
  const lines = [...names].map(([first, rest]) => (rest.length === 0 ? `  ${first}` : `  ${first} ${rest.join(' | ')}`))
  return [
    `kubectl in the cluster ${cluster}, as you. These commands are run:`,
    ...lines,
    '',
    '"get --help" tells of one. No shell runs: words may be quoted, and nothing is expanded, piped or redirected.',
    'There are no files. For all else, "moorage kubeconfig" sets up a kubectl of your own.',
    '',
  ].join('\n')
}
