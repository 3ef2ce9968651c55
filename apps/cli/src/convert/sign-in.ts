import type { DirectTarget } from '@moorage/kube/direct-target.ts'
import { describeExec, type ExecPlan, readLocalKubeconfig, runExecPlugin } from '@moorage/kube/local-kubeconfig.ts'
import { canAsk, type Io, note } from '../io.ts'
import { clean } from '../print/clean.ts'
import { confirmOrCancel } from '../prompt.ts'

/** A kubeconfig and the folder that its relative paths start at. */
export interface Source {
  text: string
  directory: string
}

/** Reads the kubeconfig as kubectl would here. A program that it names is shown, and run only after a yes. */
export async function signIn(
  io: Io,
  { text, directory }: Source,
  options: { context?: string; yes?: true },
): Promise<DirectTarget> {
  const where = { directory, context: options.context }
  const plan = describeExec(text, where)
  if (plan) {
    note(io, `The kubeconfig signs in by running:\n\n  ${commandLine(plan)}\n`)
    if (!options.yes)
      await confirmOrCancel(io, 'Run it?', 'Look at the command, then add --yes to run it without being asked.')
  }
  const interactive = canAsk(io)
  return readLocalKubeconfig(text, {
    ...where,
    interactive,
    run: (what, info) =>
      runExecPlugin(
        what,
        { info, environment: io.env, interactive: interactive && what.interactiveMode !== 'Never' },
        io.signal,
      ),
  })
}

/** The command as it could be typed. Values of variables that sound secret are not shown. */
export function commandLine({ command, args, env }: Pick<ExecPlan, 'command' | 'args' | 'env'>): string {
  const variables = Object.entries(env).map(
    ([name, value]) => `${name}=${/secret|token|passw|key|credential/i.test(name) ? '…' : quote(value)}`,
  )
  return clean([...variables, quote(command), ...args.map(quote)].join(' '))
}

const quote = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
