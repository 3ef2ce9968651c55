import { dirname, resolve } from 'node:path'
import type { AgentManifest } from '@moorage/contract/agent.ts'
import type { DirectTarget } from '@moorage/kube/direct-target.ts'
import { type Command, Option } from 'commander'
import { parseDuration } from '../args/duration.ts'
import { given } from '../args/given.ts'
import { usage } from '../failure.ts'
import { type Io, note, say } from '../io.ts'
import { clean } from '../print/clean.ts'
import { painter } from '../print/colour.ts'
import { printData } from '../print/output.ts'
import { type TextFormat, textOutput } from '../print/text-output.ts'
import { fold } from '../print/wrap.ts'
import { spin } from '../progress/spin.ts'
import { confirmOrCancel, requireAsking } from '../prompt.ts'
import { readInput } from '../read-input.ts'
import { writePrivate } from '../write-private.ts'

/** How a manifest gets into its cluster. */
export interface HandOverFlags {
  manifest?: string
  apply?: true
  kubeconfig?: string
  context?: string
  yes?: true
  wait?: true
  timeout: number
  output: TextFormat
}

/** Adds the flags that say how a manifest gets into its cluster. `kubeconfig` is left out where the command has its own. */
export function withHandOverFlags(command: Command, options: { kubeconfig: boolean } = { kubeconfig: true }): Command {
  command
    .option('--manifest <file>', 'write the manifest to a file, - for standard output, to apply it by other means')
    .option('--apply', 'apply the manifest from here, with --kubeconfig')
  if (options.kubeconfig) command.option('--kubeconfig <file>', 'kubeconfig that --apply uses; it is not sent anywhere')
  return command
    .option('--context <context>', 'context of the kubeconfig (default: its current-context)')
    .option('-y, --yes', 'do not ask')
    .option('--wait', 'show the steps until all are done')
    .addOption(new Option('--timeout <span>', 'how long --wait waits').argParser(parseDuration).default(300, '5m'))
    .addOption(textOutput())
}

/** Refuses flags that exclude or need each other, before the hub is asked for anything. */
export function checkHandOver(flags: HandOverFlags): void {
  const { apply, kubeconfig, manifest } = flags
  if (apply && manifest !== undefined) throw usage('--apply and --manifest exclude each other.')
  if (apply && kubeconfig === undefined)
    throw usage('--apply needs --kubeconfig.', 'Name the kubeconfig that the manifest is applied with.')
  if (!apply && kubeconfig !== undefined)
    throw usage(
      '--kubeconfig is for --apply.',
      'Add --apply, or use "moorage cluster connect" to connect by kubeconfig.',
    )
}

/** A manifest that the hub made, and what is said of it. */
export interface Offer {
  done: AgentManifest
  /** Prints the manifest again: for one that has no URL, as its agent has a key already. */
  again: string
  /** What tells how it goes on. */
  next: string
  /** What is said when it is not applied after all. */
  notApplied: string
  /** What --wait does. */
  follow(seconds: number): Promise<void>
}

/** Said where --apply would have to ask, and nobody can be. */
const APPLY_UNASKED = 'Add --yes to apply it without being asked.'

/**
 * Hands a manifest to the person, or to the cluster, and follows it. `local` is what
 * `readLocal` found before the hub was asked, so that a wrong path costs no token.
 */
export async function handOver(io: Io, offer: Offer, flags: HandOverFlags, local: DirectTarget | null): Promise<void> {
  const { done } = offer
  const toStdout = flags.manifest === '-'
  const tell = (line: string) => note(io, fold(io.stderr, line))
  if (flags.output === 'text') for (const line of handOverLines(done)) tell(line)
  if (local) await applyFromHere(io, offer, flags.yes ?? false, local)
  else if (toStdout) io.stdout.write(done.manifest)
  else if (flags.manifest !== undefined) {
    await writePrivate(resolve(io.cwd, flags.manifest), done.manifest)
    const secret = done.expiresAt === null ? '' : ', for you alone: it holds a join token'
    tell(`The manifest is in ${flags.manifest}${secret}. Apply it with:`)
    if (flags.output === 'text') say(io, `kubectl apply -f ${flags.manifest}`)
  } else if (flags.output === 'text') {
    tell('\nRun this where kubectl reaches the cluster:\n')
    say(io, done.command ?? `${offer.again} --manifest - | kubectl apply -f -`)
    note(io, '')
    if (done.command === null) tell('--manifest FILE writes the manifest into a file, for an owner who applies it.')
  }
  if (flags.wait) await offer.follow(flags.timeout)
  else if (flags.output === 'text' && !toStdout) tell(`How it goes on: ${offer.next}`)
  if (flags.output !== 'text' && !toStdout) printData(io, flags.output, done)
}

/**
 * Signs in with the kubeconfig that `--apply` names, before the hub is asked for
 * anything; null where the manifest is applied by somebody else.
 */
export async function readLocal(io: Io, flags: HandOverFlags): Promise<DirectTarget | null> {
  const { apply, kubeconfig } = flags
  if (!apply || kubeconfig === undefined) return null
  if (!flags.yes) requireAsking(io, APPLY_UNASKED)
  const text = await readInput(io, kubeconfig, 'kubeconfig')
  const directory = kubeconfig === '-' ? io.cwd : dirname(resolve(io.cwd, kubeconfig))
  // Loaded only here: it brings the Kubernetes client along.
  const { signIn } = await import('../convert/sign-in.ts')
  return signIn(io, { text, directory }, given({ context: flags.context, yes: flags.yes }))
}

async function applyFromHere(io: Io, offer: Offer, yes: boolean, target: DirectTarget): Promise<void> {
  const [{ directTransport }, { applyManifest }, { manifestObjects }] = await Promise.all([
    import('@moorage/kube/direct.ts'),
    import('./apply-manifest.ts'),
    import('./manifest-objects.ts'),
  ])
  const objects = manifestObjects(offer.done.manifest)
  if (!yes) await confirmOrCancel(io, `Apply this to ${target.server.host}?`, APPLY_UNASKED, offer.notApplied)
  await using transport = directTransport(target)
  const paint = painter(io.env, io.stderr)
  await spin(io, `Applying to ${target.server.host}`, ({ above }) =>
    applyManifest(transport, objects, {
      progress: line => above(() => note(io, `${paint('green', '✓')} ${line}`)),
      signal: io.signal,
    }),
  )
}

/** What the manifest makes and which rights it needs, in words. */
export function handOverLines({ creates, rights, notes, expiresAt }: AgentManifest): string[] {
  const list = (title: string, lines: string[]) =>
    lines.length > 0 ? [title, ...lines.map(line => `  - ${clean(line)}`)] : []
  return [
    ...list(
      'The manifest creates:',
      creates.map(({ kind, namespace, name }) => `${kind} ${namespace ? `${namespace}/` : ''}${name}`),
    ),
    ...list('With it the agent may:', rights),
    ...list('Worth knowing:', notes),
    ...(expiresAt ? [`It can be used once, until ${expiresAt}.`] : []),
  ]
}
