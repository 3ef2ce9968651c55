import type { KubeObject } from '@moorage/kube/resource.ts'
import type { EventRow } from '../batch.ts'

interface Reference {
  kind?: string
  namespace?: string
  name?: string
}

/** An Event of the core group or of events.k8s.io: the same object under two sets of names. */
interface EventObject extends KubeObject {
  type?: string
  reason?: string
  /** core */
  message?: string
  involvedObject?: Reference
  source?: { component?: string; host?: string }
  reportingComponent?: string
  count?: number
  firstTimestamp?: string | null
  lastTimestamp?: string | null
  /** events.k8s.io */
  note?: string
  regarding?: Reference
  reportingController?: string
  deprecatedSource?: { component?: string; host?: string }
  deprecatedCount?: number
  deprecatedFirstTimestamp?: string | null
  deprecatedLastTimestamp?: string | null
  /** both */
  eventTime?: string | null
  series?: { count?: number; lastObservedTime?: string }
}

/** Characters of a message that are kept: Kubernetes' own limit for a note. */
const MESSAGE_LIMIT = 1024

/** The event's row. Its uid stays the same while the event recurs, so that recurrences fall into one row. */
export function eventRow(object: KubeObject): EventRow {
  const event: EventObject = object
  const about = event.involvedObject ?? event.regarding ?? {}
  const { eventTime, series, metadata } = event
  const first = event.firstTimestamp ?? event.deprecatedFirstTimestamp ?? eventTime ?? metadata.creationTimestamp
  const last = series?.lastObservedTime ?? event.lastTimestamp ?? event.deprecatedLastTimestamp ?? eventTime ?? first
  return {
    uid: metadata.uid,
    type: event.type || 'Normal',
    reason: event.reason ?? '',
    message: (event.message ?? event.note ?? '').slice(0, MESSAGE_LIMIT),
    kind: about.kind ?? '',
    namespace: about.namespace ?? '',
    name: about.name ?? '',
    source:
      event.reportingComponent ||
      event.reportingController ||
      event.source?.component ||
      event.deprecatedSource?.component ||
      '',
    count: series?.count ?? event.count ?? event.deprecatedCount ?? 1,
    firstSeen: first,
    lastSeen: last,
  }
}
