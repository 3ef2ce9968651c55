import type { CleanupProgress, CleanupResult } from '@moorage/removal/cleanup.ts'
import type { CleanupPlan, Instance } from '@moorage/removal/cleanup-plan.ts'
import type { Release } from '@moorage/removal/helm.ts'
import { type Found, nameOf, toRef } from '@moorage/removal/object-ref.ts'

/** What a person is shown before anything is done. */
export const planLines = ({ removes, follows, keeps, handsOver, releases, unlisted }: CleanupPlan): string[] => [
  ...releases.map(release => `  - Helm release ${releaseName(release)}`),
  ...removes.map(object => `  - ${nameOf(object)} (uid ${object.uid})`),
  ...(follows.length > 0 ? [`  and with them ${count(follows.length, 'object')} that they own`] : []),
  ...handsOver.map(({ object, because }) => `${nameOf(object)} stays without our labels: ${because}.`),
  ...keeps.map(({ object, because }) => `${nameOf(object)} is not touched: ${because}.`),
  ...unlisted.map(({ what, because }) => `${what} could not be looked at: ${because}`),
]

/** One thing that happened. */
export function progressLine(progress: CleanupProgress): string {
  if ('removed' in progress) return `${nameOf(progress.removed)} removed`
  if ('uninstalled' in progress) return `Helm release ${releaseName(progress.uninstalled)} uninstalled`
  if ('handedOver' in progress) return `${nameOf(progress.handedOver)} stays, without our labels: ${progress.because}`
  if ('notUninstalled' in progress)
    return `Helm release ${releaseName(progress.notUninstalled)} could not be uninstalled: ${progress.because}`
  return `${nameOf(progress.failed)} could not be removed: ${progress.because}`
}

/** What is left, and what to do about it. */
export const leftLines = ({ left, releases, unlisted }: CleanupResult): string[] => [
  ...left.map(object => `${nameOf(object)} is still there.`),
  ...releases.map(release => `Helm release ${releaseName(release)} is still there.`),
  ...unlisted.map(({ what, because }) => `${what} could not be looked at: ${because}`),
]

export const instanceLine = ({ id, objects }: Instance) =>
  `${id} (${count(objects.length, 'object')}${namespaceOf(objects)})`

const namespaceOf = (objects: readonly Found[]) => {
  const namespace = objects.find(({ namespace }) => namespace !== null)?.namespace
  return namespace ? `, in ${namespace}` : ''
}

const releaseName = ({ namespace, name }: Release) => `${namespace}/${name}`
const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`

/** The whole run for programs. */
export function report(
  instance: string | null,
  plan: CleanupPlan | null,
  progress: readonly CleanupProgress[],
  result: CleanupResult | null,
) {
  const told = (object: Found, because: string) => ({ ...toRef(object), because })
  return {
    instance,
    plan: plan && {
      removes: plan.removes.map(toRef),
      follows: plan.follows.map(toRef),
      keeps: plan.keeps.map(({ object, because }) => told(object, because)),
      handsOver: plan.handsOver.map(({ object, because }) => told(object, because)),
      releases: plan.releases.map(toRelease),
      unlisted: plan.unlisted,
    },
    removed: progress.flatMap(each => ('removed' in each ? [toRef(each.removed)] : [])),
    uninstalled: progress.flatMap(each => ('uninstalled' in each ? [toRelease(each.uninstalled)] : [])),
    handedOver: progress.flatMap(each => ('handedOver' in each ? [told(each.handedOver, each.because)] : [])),
    failed: progress.flatMap((each): object[] => {
      if ('failed' in each) return [told(each.failed, each.because)]
      return 'notUninstalled' in each ? [{ ...toRelease(each.notUninstalled), because: each.because }] : []
    }),
    left: result && [...result.left.map(toRef), ...result.releases.map(toRelease)],
    unlisted: result?.unlisted ?? plan?.unlisted ?? [],
    clean: result?.clean ?? null,
  }
}

const toRelease = ({ name, namespace }: Release) => ({ kind: 'HelmRelease', namespace, name })
