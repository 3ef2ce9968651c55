import type { KubeTransport } from '@moorage/kube/transport.ts'
import { type CleanupPlan, isEmpty, lackingFor, planCleanup } from './cleanup-plan.ts'
import { handOver } from './hand-over.ts'
import { type Helm, type Release, uninstall } from './helm.ts'
import { isHolder } from './holders.ts'
import type { Unlisted } from './kinds.ts'
import type { Found } from './object-ref.ts'
import { removeHolders } from './remove-holders.ts'
import { type Outcome, removeInStages } from './stages.ts'
import { DEFAULT_TIMING, type Timing, until } from './timing.ts'

/** What is told while a cluster is cleaned up. */
export type CleanupProgress =
  | { removed: Found }
  | { failed: Found; because: string }
  | { handedOver: Found; because: string }
  | { uninstalled: Release }
  | { notUninstalled: Release; because: string }

/** What is there after it. */
export interface CleanupResult {
  /** Nothing of ours is. */
  clean: boolean
  left: Found[]
  releases: Release[]
  /** Kinds that may hold more: nothing is known of them. */
  unlisted: Unlisted[]
}

export interface CleanupDeps {
  transport: KubeTransport
  /** Null where there is no helm. */
  helm: Helm | null
  timing?: Timing
}

/** Rounds of looking and removing. What is still there then is made anew by somebody. */
const ROUNDS = 3

/** The credential may not do all of it: nothing was begun. */
export class RightsMissing extends Error {
  override readonly name = 'RightsMissing'
  readonly code = 'rights_missing'
  readonly rights: readonly string[]

  constructor(rights: readonly string[]) {
    super(`The credential lacks rights for this, so nothing was begun: ${rights.join('; ')}.`)
    this.rights = rights
  }
}

/**
 * Removes everything of one instance, from outside: no hub and no agent is
 * needed. Nothing is begun where a right is missing; everything can be done
 * again at any time. Returns what a last look has found.
 */
export async function* cleanup(
  deps: CleanupDeps,
  instance: string,
  signal: AbortSignal,
): AsyncGenerator<CleanupProgress, CleanupResult> {
  const { transport, timing = DEFAULT_TIMING } = deps
  let plan = await planCleanup(transport, instance, signal)
  for (let round = 0; round < ROUNDS && !isEmpty(plan); round++) {
    const lacks = await lackingFor(transport, plan, signal)
    if (lacks.length > 0) throw new RightsMissing(lacks)
    const stuck = yield* oneRound(deps, plan, signal)
    plan = await settle(transport, instance, timing, signal)
    // Trying once more at once changes nothing for what is in somebody else's hands.
    if (stuck && plan.handsOver.length === 0) break
  }
  const { removes, follows, handsOver, releases, unlisted } = plan
  // An API whose own server is away holds nothing of ours: what we make is stored by the API server itself.
  const unknown = unlisted.filter(({ why }) => why !== 'away')
  return {
    clean: isEmpty(plan) && unknown.length === 0,
    left: [...removes, ...follows, ...handsOver.map(({ object }) => object)],
    releases,
    unlisted,
  }
}

/** Does what a plan says; resolves with whether something of it could not be done. */
async function* oneRound(
  { transport, helm, timing = DEFAULT_TIMING }: CleanupDeps,
  plan: CleanupPlan,
  signal: AbortSignal,
): AsyncGenerator<CleanupProgress, boolean> {
  let stuck = false
  // First, so that a run that is cut off can not leave one that looks as if it were ours alone.
  for (const { object, because } of plan.handsOver) {
    const refused = await handOver(transport, object, signal)
    stuck ||= refused !== null
    yield refused === null ? { handedOver: object, because } : { failed: object, because: refused }
  }
  const records: Found[] = []
  const failed: Found[] = []
  for (const release of plan.releases) {
    const because = helm === null ? NO_HELM : await uninstall(helm, release, signal)
    if (because === null) yield { uninstalled: release }
    // All of it carries our labels: it goes object by object, and then its records.
    else if (release.kind === 'ours') records.push(...release.records)
    else {
      // Without its records nobody could uninstall it any more.
      failed.push(...release.records)
      yield { notUninstalled: release, because }
    }
  }
  const inside = plan.removes.filter(object => !isHolder(object))
  for await (const outcome of removeInStages(transport, [...inside, ...records], timing, signal)) {
    if (outcome.because !== null) failed.push(outcome.object)
    yield toProgress(outcome)
  }
  const ours = [...plan.removes, ...plan.follows, ...plan.releases.flatMap(each => each.records)]
  const holders = plan.removes.filter(isHolder)
  for await (const outcome of removeHolders(transport, holders, { ours, failed }, timing, signal)) {
    if (outcome.because !== null) failed.push(outcome.object)
    yield toProgress(outcome)
  }
  return stuck || failed.length > 0
}

const NO_HELM =
  'there is no helm on the PATH here, and only helm knows what belongs to the release; install it and run this again'

const toProgress = ({ object, because }: Outcome): CleanupProgress =>
  because === null ? { removed: object } : { failed: object, because }

/** Looks again, and for a while where there is only what goes by itself, such as pods that are still ending. */
async function settle(
  transport: KubeTransport,
  instance: string,
  { goneWithin }: Timing,
  signal: AbortSignal,
): Promise<CleanupPlan> {
  let plan = await planCleanup(transport, instance, signal)
  await until(goneWithin, signal, async waited => {
    if (waited > 0) plan = await planCleanup(transport, instance, signal)
    const goesByItself = plan.follows.length > 0 && plan.removes.length + plan.handsOver.length === 0
    return goesByItself ? undefined : true
  })
  return plan
}
