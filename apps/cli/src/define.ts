import { Command } from 'commander'

export interface Example {
  does: string
  run: string
}

/** A command with its help: a summary, what else is to be known, and at least one example. */
export function define(
  name: string,
  help: { summary: string; description?: string; examples: [Example, ...Example[]] },
): Command {
  const { summary, description, examples } = help
  return new Command(name)
    .summary(summary)
    .description(description ? `${summary}\n\n${description}` : summary)
    .configureHelp({ showGlobalOptions: true })
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', `\nExamples:\n${examples.map(({ does, run }) => `  # ${does}\n  ${run}`).join('\n\n')}\n`)
}

/** A command that only holds others, such as `cluster`. */
export function group(
  name: string,
  help: { summary: string; description?: string; examples: [Example, ...Example[]] },
  commands: Command[],
): Command {
  const made = define(name, help).helpCommand(false)
  for (const command of commands) made.addCommand(command)
  return made
}
