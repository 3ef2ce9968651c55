import { isDeepStrictEqual } from 'node:util'
import { del, getJson, patchJson, postJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import type { KubeObject } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import { collectionOf, isOurs, manifest, nameOf, pathOf, type Wanted } from './objects.ts'

/** What was done about one object, and so what taking it back means. Without a uid, it is not known whether it was made. */
export type Made =
  | { did: 'created'; object: Wanted; uid: string | null }
  | { did: 'changed'; object: Wanted; before: KubeObject }
  | { did: 'kept'; object: Wanted }

/** ms; taking back must not hang on a cluster that went away, nor end with the Ctrl-C that caused it. */
const ROLL_BACK_WITHIN = 15_000

/** What making the object would do. Throws where something that is not ours stands in its place. */
export async function look(
  transport: KubeTransport,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<{ does: 'create' } | { does: 'change' | 'keep'; there: KubeObject }> {
  const there = await getJson<KubeObject>(transport, pathOf(wanted), signal).catch(orNothing)
  if (there === null) return { does: 'create' }
  if (there.metadata.deletionTimestamp)
    throw conflict(`${nameOf(wanted)} is just being removed.`, 'Try again when it is gone.')
  // A namespace that somebody made is used as it is; it does not become ours.
  if (wanted.kind === 'Namespace') return { does: 'keep', there }
  if (!isOurs(there))
    throw conflict(
      `${nameOf(wanted)} is there already and does not carry Moorage's labels, so it is left alone.`,
      'Choose another --namespace, or remove it if nobody needs it.',
    )
  const differs = Object.entries(wanted.fields).some(([field, value]) => !isDeepStrictEqual(there[field], value))
  if (!differs) return { does: 'keep', there }
  if (wanted.kind === 'ClusterRole') return { does: 'change', there }
  throw conflict(
    `${nameOf(wanted)} carries Moorage's labels and was changed by somebody.`,
    'Remove what is there with --undo, then convert again.',
  )
}

/** Makes one object, or leaves it where it is as it should be. What was done is written down in `log` before it can fail. */
export async function make(transport: KubeTransport, wanted: Wanted, log: Made[], signal: AbortSignal): Promise<Made> {
  const found = await look(transport, wanted, signal)
  const at = log.length
  switch (found.does) {
    case 'keep':
      log[at] = { did: 'kept', object: wanted }
      break
    case 'change': {
      const { resourceVersion } = found.there.metadata
      log[at] = { did: 'changed', object: wanted, before: found.there }
      await patchJson(transport, pathOf(wanted), { metadata: { resourceVersion }, ...wanted.fields }, signal)
      break
    }
    case 'create': {
      // The answer may get lost after the object was made.
      log[at] = { did: 'created', object: wanted, uid: null }
      const created = await postJson(transport, collectionOf(wanted.kind, wanted.namespace), manifest(wanted), signal)
      log[at] = { did: 'created', object: wanted, uid: created.metadata.uid }
    }
  }
  return log[at] as Made
}

/** Takes back what was made, last first. Returns what could not be taken back. */
export async function rollBack(transport: KubeTransport, made: Made[]): Promise<Wanted[]> {
  const signal = AbortSignal.timeout(ROLL_BACK_WITHIN)
  const left: Wanted[] = []
  for (const step of made.toReversed()) {
    try {
      await takeBack(transport, step, signal)
    } catch {
      left.push(step.object) // named to the person; the failure that led here is the one to report
    }
  }
  return left
}

async function takeBack(transport: KubeTransport, step: Made, signal: AbortSignal): Promise<void> {
  switch (step.did) {
    case 'kept':
      return
    case 'changed':
      await patchJson(transport, pathOf(step.object), fieldsOf(step), signal)
      return
    case 'created': {
      const uid = step.uid ?? (await uidOfOurs(transport, step.object, signal))
      if (uid !== null) await del(transport, pathOf(step.object), { preconditions: { uid } }, signal)
    }
  }
}

/** It was not there before the attempt to make it; with our labels, it is that attempt's. */
async function uidOfOurs(transport: KubeTransport, object: Wanted, signal: AbortSignal): Promise<string | null> {
  const there = await getJson<KubeObject>(transport, pathOf(object), signal).catch(orNothing)
  return there && isOurs(there) ? there.metadata.uid : null
}

/** The fields that were changed, as they were before. */
const fieldsOf = ({ object, before }: Made & { did: 'changed' }) =>
  Object.fromEntries(Object.keys(object.fields).map(field => [field, before[field] ?? null]))

const orNothing = (error: unknown): null => {
  if (error instanceof KubeStatusError && error.status === 404) return null
  throw error
}

const conflict = (message: string, fix: string) => new CliError('object_not_ours', exitCodes.conflict, message, { fix })
