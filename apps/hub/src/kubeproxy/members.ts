import type { ClusterFacts } from '@moorage/contract/access-request.ts'
import { whatMayI } from '@moorage/kube/access-review.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { Believed } from '../access/believed.ts'
import type { Connections } from '../connections/registry.ts'
import { MoorageError } from '../errors.ts'
import { findClusterTarget } from '../store/cluster-target.ts'
import type { Store } from '../store/store.ts'
import { type Acting, REQUEST_EXTRA } from './impersonation.ts'

/** A cluster, as far as its rules and its way go. */
export interface Member {
  facts: ClusterFacts
  transport(): Promise<KubeTransport>
  /** In whose name requests are made there. */
  acting(transport: KubeTransport, signal: AbortSignal): Promise<Acting>
}

export interface Members {
  /** By name or id. Throws `cluster_not_found`. */
  find(ref: string): Promise<Member>
  /** Forgets what is known of a cluster: its way has just failed. */
  forget(clusterId: string): void
}

export interface MembersDeps {
  store: Pick<Store, 'db'>
  connections: Pick<Connections, 'transport'>
  clock: () => number
}

/** For a cluster that is not there, and for one that the asker may not know of. */
export const clusterUnknown = (ref: string): MoorageError =>
  new MoorageError('cluster_not_found', `There is no cluster "${ref}".`, {
    fix: 'List them with "moorage cluster list".',
  })

/** How long a cluster's facts and way are believed, in ms: a change of mode or project counts within a second, on every replica. */
const BELIEVED_MS = 1_000

/** How long it is believed whether a connection may act as others, in ms. */
const ACTING_BELIEVED_MS = 60_000

/** Clusters that are remembered. */
const MAX_REMEMBERED = 10_000

interface Kept<T> {
  value: Promise<T>
  until: number
}

async function ask(transport: KubeTransport, signal: AbortSignal): Promise<Acting> {
  const impersonate = { verb: 'impersonate', group: '' }
  const [users, groups, extra] = await whatMayI(
    transport,
    [
      { ...impersonate, resource: 'users' },
      { ...impersonate, resource: 'groups' },
      { ...impersonate, group: 'authentication.k8s.io', resource: 'userextras', subresource: REQUEST_EXTRA },
    ],
    signal,
  )
  const both = users?.allowed === true && groups?.allowed === true
  return { as: both ? 'person' : 'connection', extra: extra?.allowed === true }
}

/** Remembers clusters for a moment, so that a request costs no question to the database. */
export function openMembers({ store, connections, clock }: MembersDeps): Members {
  const moment = { forMs: BELIEVED_MS, most: MAX_REMEMBERED, clock }
  const facts = new Believed<ClusterFacts | undefined>(moment)
  const ways = new Believed<KubeTransport>(moment)
  const acting = new WeakMap<KubeTransport, Kept<Acting>>()

  return {
    async find(ref) {
      const found = await facts.get(ref, () => findClusterTarget(store.db, ref))
      if (found === undefined) throw clusterUnknown(ref)
      return {
        facts: found,
        transport: () => ways.get(found.id, () => connections.transport(found.id)),
        acting: async (transport, signal) => {
          // A read-only member gives nobody the right to act as somebody else.
          if (found.mode === 'read-only') return { as: 'connection', extra: false }
          const now = clock()
          const known = acting.get(transport)
          if (known !== undefined && known.until > now) return known.value
          const value = ask(transport, signal)
          acting.set(transport, { value, until: now + ACTING_BELIEVED_MS })
          value.catch(() => acting.delete(transport))
          return value
        },
      }
    },
    forget: clusterId => ways.forget(clusterId),
  }
}
