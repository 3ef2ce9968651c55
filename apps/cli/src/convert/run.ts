import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { directTransport } from '@moorage/kube/direct.ts'
import type { DirectTarget } from '@moorage/kube/direct-target.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { checkWritable } from '../check-writable.ts'
import { type Io, note, say } from '../io.ts'
import { relative, span } from '../print/age.ts'
import { painter } from '../print/colour.ts'
import { spin } from '../progress/spin.ts'
import { confirmOrCancel } from '../prompt.ts'
import { writePrivate } from '../write-private.ts'
import { clusterError } from './cluster-error.ts'
import { type Converted, convert } from './convert.ts'
import { look } from './make.ts'
import { defaultNamespace, type Mode, nameOf, wantedObjects } from './objects.ts'
import { type Source, signIn } from './sign-in.ts'
import { isShortened } from './token.ts'
import { planUndo, stillGoing, type UndoPlan, undo } from './undo.ts'

/** What `moorage convert-kubeconfig` was told. */
export interface ConvertOptions {
  context?: string
  namespace?: string
  mode: Mode
  ttl: number
  /** false by --no-expiry. */
  expiry: boolean
  out?: string
  undo?: true
  yes?: true
  dryRun?: true
}

/** Converts, with all that a person sees of it. */
export async function runConvert(io: Io, source: Source, options: ConvertOptions): Promise<void> {
  const target = await signIn(io, source, options)
  await using transport = directTransport(target)
  const namespace = options.namespace ?? defaultNamespace
  const ttlSeconds = options.expiry ? options.ttl : null
  const paint = painter(io.env, io.stderr)
  for (const warning of targetWarnings(target)) note(io, `${paint('yellow', 'Careful:')} ${warning}`)
  if (options.dryRun) return await showPlan(io, transport, namespace, options)
  const out = await outputPath(io, target, options)
  const { mode } = options
  const converted = await spin(io, `Converting in ${target.server.host}`, ({ above }) =>
    convert(
      transport,
      target,
      { namespace, mode, ttlSeconds },
      {
        progress: line => above(() => note(io, `${paint('green', '✓')} ${line}`)),
        deliver: ({ kubeconfig }) =>
          out === null ? Promise.resolve(void io.stdout.write(kubeconfig)) : writePrivate(out, kubeconfig),
        signal: io.signal,
      },
    ),
  )
  for (const warning of converted.warnings) note(io, `${paint('yellow', 'Careful:')} ${warning}`)
  note(io, tokenSentence(converted, ttlSeconds, io.now()))
  if (out !== null)
    note(
      io,
      `The kubeconfig is in ${out}, for you alone. Connect it with:\n  moorage cluster connect NAME --kubeconfig ${out} --mode ${mode}`,
    )
}

/** Removes what conversions made, with all that a person sees of it. */
export async function runUndo(io: Io, source: Source, options: ConvertOptions & { only?: Mode }): Promise<void> {
  const target = await signIn(io, source, options)
  await using transport = directTransport(target)
  const scope = { namespace: options.namespace, mode: options.only }
  const plan = await spin(io, 'Looking for what was made', () => planUndo(transport, scope, io.signal)).catch(error => {
    throw clusterError(error, 'Looking for what was made')
  })
  for (const line of undoLines(target, plan)) note(io, line)
  if (options.dryRun || plan.removes.length === 0) return
  if (!options.yes) await confirmOrCancel(io, 'Remove these?', 'Add --yes to remove them without being asked.')
  const left = await spin(io, 'Removing', async ({ above }) => {
    await undo(transport, plan, found => above(() => say(io, `${nameOf(found)} removed`)), io.signal)
    return stillGoing(transport, plan, io.signal)
  }).catch(error => {
    throw clusterError(error, 'Removing')
  })
  for (const found of left) note(io, `${nameOf(found)} is still being removed by the cluster.`)
}

function undoLines(target: DirectTarget, { removes, keeps }: UndoPlan): string[] {
  const stays = keeps.map(({ namespace, because }) => `${nameOf(namespace)} stays, as ${because}.`)
  if (removes.length === 0) return [`Nothing of a conversion is left in ${target.server.host}.`, ...stays]
  return [
    `In ${target.server.host} these were made by conversions and will be removed; kubeconfigs with them stop working:`,
    ...removes.map(found => `  - ${nameOf(found)} (uid ${found.uid})`),
    ...stays,
  ]
}

async function showPlan(io: Io, transport: KubeTransport, namespace: string, options: ConvertOptions): Promise<void> {
  for (const wanted of wantedObjects(namespace, options.mode, { secret: !options.expiry })) {
    const { does } = await look(transport, wanted, io.signal).catch(error => {
      throw clusterError(error, `Looking for ${nameOf(wanted)}`)
    })
    const words = { create: 'would be created', change: 'would be brought up to date', keep: 'is there already' }
    say(io, `${nameOf(wanted)} ${words[does]}`)
  }
  say(
    io,
    options.expiry
      ? `A token for ${span(options.ttl)} would be asked for.`
      : 'The token would be in the Secret, without an end.',
  )
}

/** Where the kubeconfig goes; null is standard output. A file that is there is not replaced unasked. */
async function outputPath(io: Io, target: DirectTarget, options: ConvertOptions): Promise<string | null> {
  if (options.out === '-' || (options.out === undefined && !io.stdout.isTTY)) return null
  const name = options.out ?? `moorage-${target.context.replace(/[^\w.-]+/g, '_')}.yaml`
  const path = resolve(io.cwd, name)
  await checkWritable(path)
  const there = await access(path).then(
    () => true,
    () => false,
  )
  if (there && !options.yes)
    await confirmOrCancel(
      io,
      `${path} is there already. Replace it?`,
      'Add --yes to replace it, or choose another file.',
    )
  return path
}

function tokenSentence({ token }: Converted, asked: number | null, now: Date): string {
  if (token.expiresAt === null || asked === null) return 'The token has no end; --undo ends it.'
  const end = `The token is valid until ${token.expiresAt.toISOString()} (${relative(token.expiresAt.toISOString(), now)}).`
  return isShortened(token.expiresAt, asked, now)
    ? `${end} That is less than the ${span(asked)} that were asked for: the API server allows no more. Convert again in time, or use --no-expiry.`
    : end
}

function targetWarnings({ server, tls, proxyUrl }: DirectTarget): string[] {
  const host = server.hostname.replace(/^\[|\]$/g, '')
  return [
    ...(tls.insecureSkipVerify
      ? ['this kubeconfig does not verify the API server, and the new one will not either.']
      : []),
    ...(/^(localhost|127\.|::1$)/.test(host)
      ? [`the API server is ${host}, which only works for a hub on this machine.`]
      : []),
    ...(proxyUrl ? [`the way goes by the proxy ${proxyUrl.host}, which the hub must be able to reach too.`] : []),
  ]
}
