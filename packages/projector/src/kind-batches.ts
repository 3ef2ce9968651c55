import type { KubeObject } from '@moorage/kube/resource.ts'
import type { WatchMessage } from '@moorage/kube/watch.ts'
import type { Batch } from './batch.ts'
import type { ProjectedKind } from './kinds.ts'
import { eventRow } from './rows/event.ts'

type Message = WatchMessage<KubeObject>
type Changes = Extract<Message, { type: 'changes' }>

/** What the messages of one watch become. `opened` and `trouble` are told as states, and become nothing here. */
export type ToBatch = (message: Message) => Batch | null

/** Of several changes of one object the last is what counts. */
function newest({ changes }: Changes) {
  const byName = new Map<string, Changes['changes'][number]>()
  for (const change of changes)
    byName.set(`${change.object.metadata.namespace ?? ''}/${change.object.metadata.name}`, change)
  return [...byName.values()]
}

/** Batches of a kind of the inventory. */
export const kindBatches =
  ({ kind, row }: Pick<ProjectedKind, 'kind' | 'row'>): ToBatch =>
  message => {
    switch (message.type) {
      case 'restarted':
        return { type: 'list-start', kind }
      case 'page':
        return { type: 'rows', kind, rows: message.items.map(row) }
      case 'listed':
        return { type: 'list-end', kind, resourceVersion: message.resourceVersion }
      case 'bookmark':
        return { type: 'delta', kind, upserts: [], deletes: [], resourceVersion: message.resourceVersion }
      case 'changes': {
        const changes = newest(message)
        const [gone, present] = [changes.filter(isGone), changes.filter(change => !isGone(change))]
        return {
          type: 'delta',
          kind,
          upserts: present.map(({ object }) => row(object)),
          deletes: gone.map(({ object: { metadata } }) => ({
            namespace: metadata.namespace ?? '',
            name: metadata.name,
          })),
          resourceVersion: message.resourceVersion,
        }
      }
      default:
        return null
    }
  }

const isGone = ({ type }: Changes['changes'][number]) => type === 'DELETED'

/** Batches of events. That one is deleted says nothing: Kubernetes forgets them after an hour, the hub later. */
export const eventBatches: ToBatch = message => {
  switch (message.type) {
    case 'restarted':
      return { type: 'state', kind: 'Event', state: 'listing', message: null }
    case 'page':
      return { type: 'events', upserts: message.items.map(eventRow), resourceVersion: null }
    case 'listed':
    case 'bookmark':
      return { type: 'events', upserts: [], resourceVersion: message.resourceVersion }
    case 'changes': {
      const present = newest(message).filter(change => !isGone(change))
      return {
        type: 'events',
        upserts: present.map(({ object }) => eventRow(object)),
        resourceVersion: message.resourceVersion,
      }
    }
    default:
      return null
  }
}
