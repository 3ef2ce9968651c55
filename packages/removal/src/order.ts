import type { Found } from './object-ref.ts'

/**
 * The stages of a removal, in their order. Each is waited for before the next.
 * - What stands in the way of other deletes goes first.
 * - Custom resources go while what cleans up after them still runs, and has its rights.
 * - Then what runs; then what it was allowed, bindings before roles; then what it used.
 * - Types after their objects, namespaces when they are empty.
 */
const STAGES = [
  'obstacle',
  'custom',
  'workload',
  'pod',
  'binding',
  'role',
  'config',
  'account',
  'type',
  'namespace',
] as const
export type Stage = (typeof STAGES)[number]

const workloads = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicationController']
const of =
  (...groups: string[]) =>
  ({ resource: { group } }: Found) =>
    groups.includes(group)
const isRbac = of('rbac.authorization.k8s.io')
const isAdmission = of('admissionregistration.k8s.io')
const isBuiltIn = ({ resource: { group } }: Found) => !group.includes('.') || /(^|\.)k8s\.io$/.test(group)

/** In which stage an object goes. */
export function stageOf(object: Found): Stage {
  const { kind, resource } = object
  if (isAdmission(object)) return 'obstacle'
  if (resource.group === 'apiregistration.k8s.io') return object.dead ? 'obstacle' : 'type'
  if (resource.group === 'apiextensions.k8s.io') return 'type'
  if (isRbac(object)) return kind.endsWith('Binding') ? 'binding' : 'role'
  if (resource.group === '' && kind === 'Namespace') return 'namespace'
  if (resource.group === '' && kind === 'ServiceAccount') return 'account'
  if (!isBuiltIn(object)) return 'custom'
  if (workloads.includes(kind)) return 'workload'
  return kind === 'Pod' || kind === 'ReplicaSet' ? 'pod' : 'config'
}

/**
 * The order in which objects can be removed without one standing in another's
 * way, in stages. `isOwn` tells the objects that the caller itself stands on:
 * its rights, its account, its Deployment, its namespace. They make the last stage.
 */
export function removalOrder(objects: readonly Found[], isOwn: (object: Found) => boolean = () => false): Found[][] {
  const own = objects.filter(isOwn)
  const others = objects.filter(object => !isOwn(object))
  const stages = STAGES.map(stage => others.filter(object => stageOf(object) === stage).toSorted(byPlace))
  return [...stages, own.toSorted(byStage)].filter(stage => stage.length > 0)
}

const byPlace = (a: Found, b: Found) =>
  admissionRank(a) - admissionRank(b) ||
  a.kind.localeCompare(b.kind) ||
  (a.namespace ?? '').localeCompare(b.namespace ?? '') ||
  a.name.localeCompare(b.name)

/** The binding of an admission policy before the policy. */
const admissionRank = (object: Found) => (isAdmission(object) && !object.kind.endsWith('Binding') ? 1 : 0)

/** The caller's own: rights first, as each is let in before any is done; what it runs in last. */
const OWN: Stage[] = ['binding', 'role', 'config', 'account', 'pod', 'workload', 'namespace']
const byStage = (a: Found, b: Found) => OWN.indexOf(stageOf(a)) - OWN.indexOf(stageOf(b)) || byPlace(a, b)
