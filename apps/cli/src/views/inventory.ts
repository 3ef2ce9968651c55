import type { Event, InventoryObject, Node, Workload } from '@moorage/contract/inventory.ts'
import { showLabels } from '../args/labels.ts'
import { age } from '../print/age.ts'
import { clean } from '../print/clean.ts'
import type { Paint } from '../print/colour.ts'
import type { ListView } from '../print/output.ts'
import { cpu, memory, percent } from '../print/quantity.ts'

/** A status in the colour of what it means. Words that are neither good nor bad stay plain. */
export function paintStatus(paint: Paint, status: string): string {
  const text = clean(status)
  if (/NotReady|Unknown|Fail|Error|BackOff|Evicted|OOM|Lost|Degraded|ErrImage|Invalid/i.test(text))
    return paint('red', text)
  if (/Pending|Progressing|Terminating|Creating|Disabled|Suspended|Init:/i.test(text)) return paint('yellow', text)
  return /^(Ready|Running|Available|Active|Bound|Complete|Completed|Succeeded)/.test(text) ? paint('green', text) : text
}

/** How lists show nodes. */
export const nodeView = (now: Date, paint: Paint): ListView<Node> => ({
  name: node => `node/${clean(node.name)}`,
  empty: 'No nodes are known.',
  columns: [
    { title: 'NAME', value: node => clean(node.name), shrink: true },
    { title: 'STATUS', value: node => paintStatus(paint, node.status) },
    { title: 'ROLES', value: node => clean(node.roles.join(',') || '<none>'), drop: 4 },
    { title: 'VERSION', value: node => clean(node.kubelet), drop: 2 },
    { title: 'INSTANCE TYPE', value: node => clean(node.instanceType ?? '-'), drop: 3 },
    { title: 'ZONE', value: node => clean(node.zone ?? node.region ?? '-'), drop: 1 },
    {
      title: 'CPU',
      value: node =>
        `${percent(node.requested.cpuMilli, node.allocatable.cpuMilli)} of ${cpu(node.allocatable.cpuMilli)}`,
    },
    {
      title: 'MEMORY',
      value: node =>
        `${percent(node.requested.memoryBytes, node.allocatable.memoryBytes)} of ${memory(node.allocatable.memoryBytes)}`,
    },
    { title: 'PODS', value: node => `${node.requested.pods}/${node.allocatable.pods}` },
    { title: 'AGE', value: node => age(node.createdAt, now), drop: 5 },
  ],
  wide: [
    { title: 'REGION', value: node => clean(node.region ?? '-') },
    { title: 'INTERNAL-IP', value: node => clean(node.internalIp ?? '-') },
    { title: 'OS', value: node => clean(node.os) },
    { title: 'ARCH', value: node => clean(node.architecture) },
    { title: 'RUNTIME', value: node => clean(node.containerRuntime) },
    { title: 'PROVIDER ID', value: node => clean(node.providerId ?? '-') },
    { title: 'SEEN', value: node => `${age(node.lastSeen, now)} ago` },
  ],
})

/** How lists show workloads. */
export const workloadView = (now: Date, paint: Paint): ListView<Workload> => ({
  name: workload => `${workload.kind.toLowerCase()}/${clean(workload.namespace)}/${clean(workload.name)}`,
  empty: 'No workloads are known.',
  columns: [
    { title: 'NAMESPACE', value: workload => clean(workload.namespace) },
    { title: 'KIND', value: workload => workload.kind },
    { title: 'NAME', value: workload => clean(workload.name) },
    { title: 'STATUS', value: workload => paintStatus(paint, workload.status) },
    { title: 'READY', value: workload => `${workload.ready}/${workload.desired}` },
    { title: 'AGE', value: workload => age(workload.createdAt, now) },
    { title: 'IMAGES', value: workload => clean(workload.images.join(', ') || '-'), shrink: true },
  ],
  wide: [{ title: 'SEEN', value: workload => `${age(workload.lastSeen, now)} ago` }],
})

/** How object lists and search show objects; search names the cluster too. */
export const objectView = (now: Date, paint: Paint, fleet: boolean): ListView<InventoryObject> => ({
  name: object =>
    [fleet ? object.cluster : null, object.kind, object.namespace, object.name]
      .filter(Boolean)
      .map(part => clean(part as string))
      .join('/'),
  empty: fleet ? 'Nothing matches.' : 'No objects are known.',
  columns: [
    ...(fleet ? [{ title: 'CLUSTER', value: (object: InventoryObject) => object.cluster }] : []),
    { title: 'KIND', value: object => object.kind },
    { title: 'NAMESPACE', value: object => clean(object.namespace ?? '-') },
    { title: 'NAME', value: object => clean(object.name), shrink: true },
    { title: 'STATUS', value: object => paintStatus(paint, object.status) || '-' },
    { title: 'AGE', value: object => age(object.createdAt, now) },
  ],
  wide: [
    { title: 'NODE', value: object => clean(object.node ?? '-') },
    { title: 'IMAGES', value: object => clean(object.images.join(', ') || '-') },
    { title: 'OWNER', value: object => clean(object.owner ? `${object.owner.kind}/${object.owner.name}` : '-') },
    { title: 'LABELS', value: object => clean(showLabels(object.labels) || '-') },
    { title: 'SEEN', value: object => `${age(object.lastSeen, now)} ago` },
  ],
})

/** How lists show events. */
export const eventView = (now: Date, paint: Paint): ListView<Event> => ({
  name: event => event.id,
  empty: 'No events are known.',
  columns: [
    { title: 'LAST SEEN', value: event => age(event.lastSeen, now) },
    { title: 'TYPE', value: event => (event.type === 'Warning' ? paint('yellow', event.type) : clean(event.type)) },
    { title: 'REASON', value: event => clean(event.reason) },
    {
      title: 'OBJECT',
      value: event => clean(`${event.namespace ? `${event.namespace}/` : ''}${event.kind.toLowerCase()}/${event.name}`),
    },
    { title: 'COUNT', value: event => `${event.count}`, align: 'right' },
    { title: 'MESSAGE', value: event => clean(event.message), shrink: true },
  ],
  wide: [
    { title: 'SOURCE', value: event => clean(event.source || '-') },
    { title: 'FIRST SEEN', value: event => age(event.firstSeen, now) },
  ],
})
