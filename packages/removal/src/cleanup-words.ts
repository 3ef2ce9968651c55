import type { CleanupProgress, CleanupResult } from './cleanup.ts'
import type { CleanupPlan, Instance } from './cleanup-plan.ts'
import type { Release } from './helm.ts'
import { type Found, nameOf } from './object-ref.ts'

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
