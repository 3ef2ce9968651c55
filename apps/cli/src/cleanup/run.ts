import { directTransport } from '@moorage/kube/direct.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { type CleanupProgress, cleanup, RightsMissing } from '@moorage/removal/cleanup.ts'
import { findInstances, type Instance, isEmpty, lackingFor, planCleanup } from '@moorage/removal/cleanup-plan.ts'
import { cleanupReport } from '@moorage/removal/cleanup-report.ts'
import { instanceLine, leftLines, planLines, progressLine } from '@moorage/removal/cleanup-words.ts'
import type { Unlisted } from '@moorage/removal/kinds.ts'
import { DEFAULT_TIMING } from '@moorage/removal/timing.ts'
import { clusterError } from '../convert/cluster-error.ts'
import { planUndo } from '../convert/undo.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError, Exit } from '../failure.ts'
import { type Io, note, say } from '../io.ts'
import { clean } from '../print/clean.ts'
import { painter } from '../print/colour.ts'
import { printData } from '../print/output.ts'
import { fold } from '../print/wrap.ts'
import { spin } from '../progress/spin.ts'
import { confirmOrCancel } from '../prompt.ts'
import { findHelm } from './helm.ts'
import { chooseCluster } from './target.ts'

/** What `moorage cleanup` was told. */
export interface CleanupOptions {
  kubeconfig?: string
  context?: string
  instance?: string
  dryRun?: true
  yes?: true
  /** s */
  timeout: number
  output: 'text' | 'json'
}

/** Cleans up, with all that a person sees of it. */
export async function runCleanup(io: Io, options: CleanupOptions): Promise<void> {
  const { target, flags } = await chooseCluster(io, options)
  await using transport = directTransport(target)
  const json = options.output === 'json'
  await noteConversions(io, transport)
  const host = target.server.host
  const tell = (...lines: string[]) => note(io, lines.map(line => fold(io.stderr, clean(line))).join('\n'))
  const instance = options.instance ?? (await onlyInstance(io, transport, host))
  if (instance === null) {
    if (json)
      printData(io, 'json', cleanupReport(null, null, [], { clean: true, left: [], releases: [], unlisted: [] }))
    else say(io, `Nothing of Moorage is in ${host}.`)
    return
  }
  const plan = await step(io, `Looking through ${host}`, () => planCleanup(transport, instance, io.signal))
  const heading = isEmpty(plan)
    ? `Nothing of Moorage ${instance} is in ${host}.`
    : `In ${host} these are of Moorage ${instance}${options.dryRun ? ' and would be' : ' and will be'} removed:`
  tell(heading, ...planLines(plan))
  const lacks = await step(io, 'Checking rights', () => lackingFor(transport, plan, io.signal))
  if (lacks.length > 0) throw rightsError(lacks)
  if (options.dryRun) {
    if (json) printData(io, 'json', cleanupReport(instance, plan, [], null))
    return
  }
  if (!isEmpty(plan) && !options.yes)
    await confirmOrCancel(io, 'Remove these?', 'Add --yes to remove them without being asked.')
  const progress: CleanupProgress[] = []
  const timing = { ...DEFAULT_TIMING, goneWithin: options.timeout * 1000 }
  const helm = plan.releases.length > 0 ? await findHelm(io, flags) : null
  const result = await step(io, 'Removing', async above => {
    const run = cleanup({ transport, helm, timing }, instance, io.signal)
    for (;;) {
      const next = await run.next()
      if (next.done) return next.value
      progress.push(next.value)
      if (!json) above(() => say(io, clean(progressLine(next.value as CleanupProgress))))
    }
  })
  if (json) printData(io, 'json', cleanupReport(instance, plan, progress, result))
  const paint = painter(io.env, io.stderr)
  if (!result.clean) {
    for (const line of leftLines(result)) tell(`${paint('yellow', '!')} ${line}`)
    tell('Not everything is gone. It can be run again at any time.')
    throw new Exit(exitCodes.failed)
  }
  tell(`${paint('green', '✓')} Nothing of Moorage ${instance} is left in ${host}.`)
}

/** What `convert-kubeconfig` made is of no hub, and has a command of its own. */
async function noteConversions(io: Io, transport: KubeTransport): Promise<void> {
  // Only a hint: whatever stands in its way is told by what follows.
  const { removes } = await planUndo(transport, {}, io.signal).catch(() => ({ removes: [] }))
  if (removes.length === 0) return
  note(io, 'What convert-kubeconfig made is there too; "moorage convert-kubeconfig FILE --undo" removes it.')
}

/** The hub that is meant where none was given: the only one. Null where there is none at all. */
async function onlyInstance(io: Io, transport: KubeTransport, host: string): Promise<string | null> {
  const { instances, unlisted } = await step(io, `Looking through ${host}`, () => findInstances(transport, io.signal))
  if (instances.length > 1) throw severalError(host, instances)
  const [only] = instances
  if (only) return only.id
  const hidden = unlisted.filter(({ why }) => why !== 'away')
  if (hidden.length > 0) throw hiddenError(host, hidden)
  return null
}

const severalError = (host: string, instances: readonly Instance[]) =>
  new CliError('instance_required', exitCodes.usage, `More than one Moorage hub has something in ${host}.`, {
    choices: instances.map(instanceLine),
    fix: 'Choose one with --instance.',
  })

const hiddenError = (host: string, hidden: readonly Unlisted[]) => {
  const message = `Nothing of Moorage was found in ${host}, but not everything could be looked at: ${hidden.map(({ what }) => what).join(', ')}.`
  const denied = hidden.some(({ why }) => why === 'forbidden')
  return new CliError('not_all_seen', denied ? exitCodes.denied : exitCodes.failed, clean(message), {
    fix: denied ? ADMIN : hidden[0]?.because,
  })
}

const ADMIN = 'Use a kubeconfig of an administrator of the cluster.'

const rightsError = (rights: readonly string[]) =>
  new CliError('rights_missing', exitCodes.denied, clean(new RightsMissing(rights).message), { fix: ADMIN })

/** One step with a spinner; what the cluster answers becomes an error that names it. */
async function step<T>(io: Io, text: string, work: (above: (write: () => void) => void) => Promise<T>): Promise<T> {
  return await spin(io, text, ({ above }) => work(above)).catch(error => {
    throw error instanceof RightsMissing ? rightsError(error.rights) : clusterError(error, text)
  })
}
