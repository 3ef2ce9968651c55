import { apply, del, getJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import type { KubeObject } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { clusterError } from '../convert/cluster-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import { INSTANCE_LABEL, type ManifestObject } from './manifest-objects.ts'

/** ms; taking back must not hang on a cluster that went away, nor end with the Ctrl-C that caused it. */
const ROLL_BACK_WITHIN = 15_000
/** What the API server knows this command's fields by. */
const FIELD_MANAGER = 'moorage'

export interface Applying {
  /** Called for each object that was made or brought up to date. */
  progress(line: string): void
  signal: AbortSignal
}

/**
 * Makes the objects of an agent's manifest, or brings them up to date. All are
 * looked at before the first is changed; when one fails, those that were made
 * here are removed again. A namespace that somebody made is used as it is.
 */
export async function applyManifest(
  transport: KubeTransport,
  objects: ManifestObject[],
  { progress, signal }: Applying,
): Promise<void> {
  const planned: { wanted: ManifestObject; there: KubeObject | null }[] = []
  for (const wanted of objects) planned.push({ wanted, there: await look(transport, wanted, signal) })
  const made: { wanted: ManifestObject; uid: string }[] = []
  for (const { wanted, there } of planned) {
    if (there && !isOf(wanted.instance, there)) {
      progress(`${wanted.title} is there already and is used as it is`)
      continue
    }
    try {
      const options = { fieldManager: FIELD_MANAGER, force: true }
      const { metadata } = await apply(transport, wanted.path, wanted.object, options, signal)
      if (!there) made.push({ wanted, uid: metadata.uid })
    } catch (error) {
      throw withWhatIsLeft(clusterError(error, wanted.title), await rollBack(transport, made))
    }
    progress(`${wanted.title} ${there ? 'brought up to date' : 'created'}`)
  }
}

async function look(transport: KubeTransport, wanted: ManifestObject, signal: AbortSignal): Promise<KubeObject | null> {
  const there = await getJson<KubeObject>(transport, wanted.path, signal).catch((error: unknown) => {
    if (error instanceof KubeStatusError && error.status === 404) return null
    throw clusterError(error, wanted.title)
  })
  if (there?.metadata.deletionTimestamp)
    throw conflict(`${wanted.title} is just being removed.`, 'Try again when it is gone.')
  const owner = there?.metadata.labels?.[INSTANCE_LABEL]
  if (owner !== undefined && owner !== wanted.instance)
    throw conflict(
      `${wanted.title} belongs to another Moorage hub (instance ${owner}).`,
      'Choose another --namespace for this hub’s agent.',
    )
  if (there && owner === undefined && wanted.kind !== 'Namespace')
    throw conflict(
      `${wanted.title} is there already and is not of this hub, so it is left alone.`,
      'Choose another --namespace, or remove it if nobody needs it.',
    )
  return there
}

const isOf = (instance: string, { metadata }: KubeObject) => metadata.labels?.[INSTANCE_LABEL] === instance

/** Removes what was made, last first. Returns the titles of what could not be removed. */
async function rollBack(transport: KubeTransport, made: { wanted: ManifestObject; uid: string }[]): Promise<string[]> {
  const signal = AbortSignal.timeout(ROLL_BACK_WITHIN)
  const left: string[] = []
  for (const { wanted, uid } of made.toReversed())
    await del(transport, wanted.path, { preconditions: { uid } }, signal).catch(() => left.push(wanted.title))
  return left
}

function withWhatIsLeft(error: unknown, left: string[]): unknown {
  if (left.length === 0 || !(error instanceof CliError)) return error
  return new CliError(error.code, error.exitCode, error.message, {
    fix: `${error.fix ?? ''} These were made and could not be removed again: ${left.join(', ')}.`.trim(),
    cause: error,
  })
}

const conflict = (message: string, fix: string) => new CliError('object_not_ours', exitCodes.conflict, message, { fix })
