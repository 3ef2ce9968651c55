import { Argument } from 'commander'
import { scripts } from '../complete/scripts.ts'
import { define } from '../define.ts'
import type { Io } from '../io.ts'

/** `moorage completion` */
export const completion = (io: Io) =>
  define('completion', {
    summary: 'Print a script that completes commands, options and cluster names',
    description:
      'Names of clusters come from the hub that commands talk to; where it does not answer at once, there are none.',
    examples: [
      { does: 'bash, in ~/.bashrc', run: 'source <(moorage completion bash)' },
      { does: 'zsh, in ~/.zshrc', run: 'source <(moorage completion zsh)' },
      { does: 'fish', run: 'moorage completion fish > ~/.config/fish/completions/moorage.fish' },
    ],
  })
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .action((shell: keyof typeof scripts) => void io.stdout.write(scripts[shell]))
