import { Command } from 'commander'
import { access } from './commands/access.ts'
import { admin } from './commands/admin.ts'
import { agent } from './commands/agent.ts'
import { apply, diff } from './commands/apply.ts'
import { audit } from './commands/audit.ts'
import { backup } from './commands/backup.ts'
import { binding } from './commands/binding.ts'
import { cleanup } from './commands/cleanup.ts'
import { cluster } from './commands/cluster.ts'
import { completion } from './commands/completion.ts'
import { context } from './commands/context.ts'
import { convertKubeconfig } from './commands/convert-kubeconfig.ts'
import { exportAccess } from './commands/export.ts'
import { group } from './commands/group.ts'
import { help } from './commands/help.ts'
import { hub } from './commands/hub.ts'
import { issuer } from './commands/issuer.ts'
import { kubeCredential } from './commands/kube-credential.ts'
import { kubeconfig } from './commands/kubeconfig.ts'
import { kubectl } from './commands/kubectl.ts'
import { login } from './commands/login.ts'
import { logout } from './commands/logout.ts'
import { password } from './commands/password.ts'
import { project } from './commands/project.ts'
import { restore } from './commands/restore.ts'
import { role } from './commands/role.ts'
import { search } from './commands/search.ts'
import { server } from './commands/server.ts'
import { serviceAccount } from './commands/service-account.ts'
import { session } from './commands/session.ts'
import { shell } from './commands/shell.ts'
import { token } from './commands/token.ts'
import { user } from './commands/user.ts'
import { version } from './commands/version.ts'
import { whoami } from './commands/whoami.ts'
import type { Io } from './io.ts'
import { painter } from './print/colour.ts'
import { cliVersion } from './version.ts'

/** The whole command tree. Nothing runs before `parseAsync`, and commands load what is heavy when they run. */
export function program(io: Io): Command {
  const root = new Command('moorage')
    .description('Kubernetes clusters under one roof: connect them, see them, reach them as yourself, let them go.')
    .version(cliVersion, '-V, --version', 'print the version of the command line')
    .helpOption('-h, --help', 'show this help')
    .option('--hub <name>', 'saved hub to talk to, as "moorage context list" shows them')
    .helpCommand(false)
    .showSuggestionAfterError()
    .addHelpText('after', FIRST_STEPS)
  root.commandsGroup('Clusters:')
  root
    .addCommand(cluster(io))
    .addCommand(agent(io))
    .addCommand(search(io))
    .addCommand(kubeconfig(io))
    .addCommand(kubectl(io))
    .addCommand(shell(io))
    .addCommand(kubeCredential(io))
    .addCommand(convertKubeconfig(io))
    .addCommand(cleanup(io))
  root.commandsGroup('Signing in:')
  root
    .addCommand(login(io))
    .addCommand(logout(io))
    .addCommand(context(io))
    .addCommand(whoami(io))
    .addCommand(password(io))
    .addCommand(token(io))
    .addCommand(session(io))
  root.commandsGroup('Who may do what:')
  root.addCommand(user(io)).addCommand(serviceAccount(io)).addCommand(issuer(io))
  root.addCommand(project(io)).addCommand(role(io)).addCommand(binding(io)).addCommand(group(io))
  root.addCommand(access(io)).addCommand(apply(io)).addCommand(diff(io)).addCommand(exportAccess(io))
  root.commandsGroup('The hub:')
  root
    .addCommand(server(io))
    .addCommand(hub(io))
    .addCommand(audit(io))
    .addCommand(backup(io))
    .addCommand(restore(io))
    .addCommand(admin(io))
  root.commandsGroup('More:')
  root.addCommand(completion(io)).addCommand(version(io)).addCommand(help(io))
  for (const command of tree(root)) prepare(io, command)
  return root
}

/** A command and everything below it. */
export const tree = (command: Command): Command[] => [command, ...command.commands.flatMap(tree)]

const FIRST_STEPS = `
Examples:
  # The first time, with the admin token that a new hub prints, in a file
  moorage login https://127.0.0.1:8443 --token-file token

  # As yourself, by your browser
  moorage login https://moorage.example.org

  # Connect a cluster and see it
  moorage cluster connect prod --kubeconfig ~/.kube/prod.yaml --wait
  moorage cluster list

  # Reach it with kubectl, as yourself
  moorage kubectl prod -- get pods -A

"moorage help exit-codes" and "moorage help environment" say more.
`

/** Commander's own output goes where the command's goes, and its errors look like all others. */
function prepare(io: Io, command: Command): void {
  const paint = painter(io.env, io.stderr)
  command.exitOverride().configureOutput({
    writeOut: text => void io.stdout.write(text),
    writeErr: text => void io.stderr.write(text),
    getOutHelpWidth: () => io.stdout.columns ?? 100,
    getErrHelpWidth: () => io.stderr.columns ?? 100,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
    outputError: (text, write) => {
      const sentence = text.replace(/^error: /, '').trimEnd()
      write(`${paint(['red', 'bold'], 'Error:')} ${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}\n`)
      write(`"${path(command)} --help" shows how it is used.\n`)
    },
  })
}

const path = (command: Command): string =>
  command.parent ? `${path(command.parent)} ${command.name()}` : command.name()
