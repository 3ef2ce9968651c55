import type { CleanupProgress, CleanupResult } from './cleanup.ts'
import type { CleanupPlan } from './cleanup-plan.ts'
import type { Release } from './helm.ts'
import { type Found, toRef } from './object-ref.ts'

/** The whole run for programs. */
export function cleanupReport(
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
