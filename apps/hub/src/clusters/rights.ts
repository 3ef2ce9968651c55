import type { Mode } from '@moorage/contract/cluster.ts'
import { type AccessAnswer, type AccessCheck, whatMayI } from '@moorage/kube/access-review.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { eventResource, projectedKinds } from '@moorage/projector/kinds.ts'

/** What the credential may do, as the cluster itself answered. */
export interface Rights {
  /** Kinds of the inventory that it may not list and watch. */
  unreadable: string[]
  /** What it may do beyond reading, in words. */
  beyond: string[]
  /** What full mode needs and it may not, in words. */
  missingForFull: string[]
  /** Whether it may act as others, so that each request carries its person’s name. Not known of what was stored before it was asked. */
  impersonates?: boolean
}

/** Kinds without which there is nothing to show. Others may be missing: the inventory then says so. */
const essential = ['Namespace', 'Pod']

const reads: readonly { kind: string; check: AccessCheck }[] = [...projectedKinds, eventResource].flatMap(kind =>
  ['list', 'watch'].map(verb => ({ kind: kind.kind, check: { verb, group: kind.group, resource: kind.resource } })),
)

const EVERYTHING = 'do everything'

/** Asked so that people see what they handed over. */
const telling: readonly { what: string; check: AccessCheck }[] = [
  { what: EVERYTHING, check: { verb: '*', group: '*', resource: '*' } },
  { what: 'read secrets', check: { verb: 'get', group: '', resource: 'secrets' } },
]

/** What work in a cluster of mode full comes down to. */
const neededForFull: readonly { what: string; check: AccessCheck }[] = [
  { what: 'create namespaces', check: { verb: 'create', group: '', resource: 'namespaces' } },
  { what: 'create deployments', check: { verb: 'create', group: 'apps', resource: 'deployments' } },
  { what: 'change deployments', check: { verb: 'patch', group: 'apps', resource: 'deployments' } },
  { what: 'delete deployments', check: { verb: 'delete', group: 'apps', resource: 'deployments' } },
  { what: 'run commands in pods', check: { verb: 'create', group: '', resource: 'pods', subresource: 'exec' } },
  { what: 'change nodes', check: { verb: 'patch', group: '', resource: 'nodes' } },
]

const impersonation: readonly { check: AccessCheck }[] = ['users', 'groups'].map(resource => ({
  check: { verb: 'impersonate', group: '', resource },
}))

const checks: readonly AccessCheck[] = [...reads, ...telling, ...neededForFull, ...impersonation].map(
  ({ check }) => check,
)

/** Turns the answers to `checks`, in their order, into rights. */
export function rightsFrom(answers: readonly AccessAnswer[]): Rights {
  const allowed = answers.map(answer => answer.allowed)
  const may = (index: number) => allowed[index] === true
  const tellingFrom = reads.length
  const fullFrom = tellingFrom + telling.length
  const impersonationFrom = fullFrom + neededForFull.length
  const unreadable = reads.filter((_, index) => !may(index)).map(({ kind }) => kind)
  const beyond = [
    ...telling.filter((_, index) => may(tellingFrom + index)),
    ...neededForFull.filter((_, index) => may(fullFrom + index)),
  ].map(({ what }) => what)
  return {
    unreadable: [...new Set(unreadable)],
    beyond: beyond.includes(EVERYTHING) ? [EVERYTHING] : beyond,
    missingForFull: neededForFull.filter((_, index) => !may(fullFrom + index)).map(({ what }) => what),
    impersonates: impersonation.every((_, index) => may(impersonationFrom + index)),
  }
}

/** Asks the cluster what the transport's credential may do. */
export async function readRights(transport: KubeTransport, signal: AbortSignal): Promise<Rights> {
  return rightsFrom(await whatMayI(transport, checks, signal))
}

/** What the mode needs and the credential may not, in words; empty where the rights suffice. */
export function missingFor(mode: Mode, rights: Rights): string[] {
  const unread = rights.unreadable.filter(kind => essential.includes(kind)).map(kind => `list and watch every ${kind}`)
  return mode === 'full' ? [...unread, ...rights.missingForFull] : unread
}
