import { setTimeout as delay } from 'node:timers/promises'
import type { ClusterFacts } from '@moorage/contract/access-request.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { apply, del } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import { objectPath } from '@moorage/kube/path.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { keyOfObject, type MemberObject, type MemberRule, memberRbac } from '../access/member-rbac.ts'
import type { CompiledBinding, Policy } from '../access/policy.ts'
import { dropFromLedger, expectObjects, noteUsed } from '../store/ledger.ts'
import type { Store } from '../store/store.ts'
import { awaitGrant } from './await-grant.ts'

/** Whose rights have to be in which member for a request. */
export interface Granted {
  cluster: ClusterFacts
  who: Pick<Identity, 'kind' | 'name' | 'groups'>
  /** The namespace that the request is about, or null. */
  namespace: string | null
}

/** Keeps roles and bindings of members in step with the hub's rules. */
export interface Grants {
  /** Puts what a request needs into its member, unless it is known to be there. What the member refuses is left to its own rules. */
  ensure(granted: Granted, transport: KubeTransport): Promise<void>
  /** The member has refused what the hub let through: what is believed to be there may have been taken away. */
  doubt(cluster: ClusterFacts, transport: KubeTransport): void
  /** Why the member would not take what one binding gives, in a sentence; null where it would. Changes nothing. */
  tryOut(
    given: Pick<Granted, 'cluster' | 'namespace'> & { binding: CompiledBinding },
    transport: KubeTransport,
  ): Promise<string | null>
}

export interface GrantsDeps {
  store: Pick<Store, 'db'>
  instance: string
  policy: () => Policy
  now: () => Date
  clock: () => number
  warn: (message: string, error: unknown) => void
}

/** How long an object is believed to be there, in ms: somebody in the member may have taken it away. */
const BELIEVED_MS = 300_000

/** Time for one object, in ms. A person waits for it. */
const APPLY_MS = 10_000

/** For so long a refusal of the member’s does not call it into question, in ms: webhooks refuse too. */
const UNDOUBTED_MS = 10_000

/** Between two looks whether a sweep is done with what is needed, in ms. */
const GOING_PAUSE_MS = 50

/** Objects that are remembered of a member. */
const MAX_BELIEVED = 10_000

/** An object that was put into a member: by which version of the rights, and until when it is believed to be there. */
interface Belief {
  version: number
  since: number
  until: number
  done: Promise<Outcome>
}

/** What came of making an object: the member may refuse it, or have no such namespace. */
type Outcome = 'there' | 'refused' | 'no-namespace'

const KINDS = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  RoleBinding: 'rolebindings',
} as const

/** Where an object of these kinds is. */
export function pathOfMember(kind: keyof typeof KINDS, namespace: string | null, name: string): string {
  const api = { group: 'rbac.authorization.k8s.io', version: 'v1' }
  const resource = { ...api, resource: KINDS[kind], kind, namespaced: kind === 'RoleBinding' }
  return objectPath(resource, { name, ...(namespace === null ? {} : { namespace }) })
}

const refOf = ({ apiVersion, kind, metadata }: MemberObject) => ({
  apiVersion,
  kind,
  namespace: metadata.namespace ?? null,
  name: metadata.name,
})

const put = (transport: KubeTransport, object: MemberObject, dryRun: boolean) => {
  const { kind, namespace, name } = refOf(object)
  const options = { fieldManager: 'moorage', force: true, dryRun }
  return apply(transport, pathOfMember(kind, namespace, name), object, options, AbortSignal.timeout(APPLY_MS))
}

/** The member does not let the hub make it, knows no such rule, or has no such namespace: its own rules answer the request then. */
const REFUSALS = new Set([403, 404, 422])
const isRefused = (error: unknown): error is KubeStatusError =>
  error instanceof KubeStatusError && REFUSALS.has(error.status)

export function openGrants({ store, instance, policy, now, clock, warn }: GrantsDeps): Grants {
  const believed = new WeakMap<KubeTransport, Map<string, Belief>>()
  const running = new WeakMap<ClusterFacts, Map<string, Promise<void>>>()

  const needed = ({ cluster, who, namespace }: Granted, from: Policy): MemberObject[] =>
    memberRbac(from.for(who), { cluster, namespace, instance, now: now() })

  /** In the ledger before it is made, so that it is known of whatever happens in between. */
  const make = async (clusterId: string, object: MemberObject, transport: KubeTransport): Promise<Outcome> => {
    const ref = refOf(object)
    await expectObjects(store.db, clusterId, [ref], instance, now())
    try {
      const { metadata } = await put(transport, object, false)
      if (await noteUsed(store.db, clusterId, { ...ref, uid: metadata.uid }, now())) return 'there'
      // The cluster is being let go of.
      const path = pathOfMember(ref.kind, ref.namespace, ref.name)
      await del(transport, path, { preconditions: { uid: metadata.uid } }, AbortSignal.timeout(APPLY_MS))
    } catch (error) {
      if (!isRefused(error)) throw error
      await dropFromLedger(store.db, clusterId, ref)
      if (error.status === 404) return 'no-namespace'
      warn(`Cluster ${clusterId} does not let ${keyOfObject(object)} be made.`, error)
    }
    return 'refused'
  }

  const makeAndWait = async (
    clusterId: string,
    object: MemberObject,
    rules: readonly MemberRule[],
    transport: KubeTransport,
  ) => {
    const outcome = await make(clusterId, object, transport)
    if (outcome === 'there') await awaitGrant(transport, object, rules)
    return outcome
  }

  /** What is believed of an object by this version of the rights; nothing where that is over. */
  const beliefOf = (object: MemberObject, version: number, transport: KubeTransport): Belief | undefined => {
    const known = believed.get(transport)?.get(keyOfObject(object))
    return known?.version === version && known.until > clock() ? known : undefined
  }

  const believe = (
    cluster: ClusterFacts,
    object: MemberObject,
    { version, rules, transport }: { version: number; rules: readonly MemberRule[]; transport: KubeTransport },
  ) => {
    const beliefs = believed.get(transport) ?? new Map<string, Belief>()
    believed.set(transport, beliefs)
    const key = keyOfObject(object)
    const known = beliefOf(object, version, transport)
    if (known !== undefined) return known.done
    beliefs.delete(key)
    const done = makeAndWait(cluster.id, object, rules, transport)
    const mine = { version, since: clock(), until: clock() + BELIEVED_MS, done }
    beliefs.set(key, mine)
    const forget = () => {
      if (beliefs.get(key) === mine) beliefs.delete(key)
    }
    // The namespace may be there with the next request.
    done.then(outcome => outcome === 'no-namespace' && forget(), forget)
    const oldest = beliefs.keys().next().value
    if (beliefs.size > MAX_BELIEVED && oldest !== undefined) beliefs.delete(oldest)
    return done
  }

  /** Waits for a sweep that is taking one of them out at this moment: what it has not dropped yet may be gone already. */
  const expect = async (clusterId: string, coming: readonly ReturnType<typeof refOf>[]) => {
    if (coming.length === 0) return
    const until = clock() + APPLY_MS
    while ((await expectObjects(store.db, clusterId, coming, instance, now())) > 0 && clock() < until) {
      await delay(GOING_PAUSE_MS)
    }
  }

  const ensureNow = async (granted: Granted, from: Policy, transport: KubeTransport) => {
    const objects = needed(granted, from)
    // A sweep that saw a role of which the binding is not noted yet would take it for one that nobody needs.
    const coming = objects.filter(object => beliefOf(object, from.version, transport) === undefined).map(refOf)
    await expect(granted.cluster.id, coming)
    const roles = objects.filter(({ kind }) => kind === 'ClusterRole')
    const rulesOf = new Map(roles.map(({ metadata, rules = [] }) => [metadata.name, rules]))
    const put = (some: MemberObject[]) =>
      Promise.all(
        some.map(object => {
          const rules = rulesOf.get(object.roleRef?.name ?? '') ?? []
          return believe(granted.cluster, object, { version: from.version, rules, transport })
        }),
      )
    const bindings = objects.filter(({ kind }) => kind !== 'ClusterRole')
    await put(roles)
    await put(bindings)
  }

  return {
    ensure(granted, transport) {
      const { cluster, who, namespace } = granted
      const from = policy()
      const known = running.get(cluster) ?? new Map<string, Promise<void>>()
      running.set(cluster, known)
      const key = [from.version, who.kind, who.name, namespace ?? '', ...who.groups].join(' ')
      const before = known.get(key)
      if (before !== undefined) return before
      const done = ensureNow(granted, from, transport)
      known.set(key, done)
      done.catch(() => known.delete(key))
      return done
    },

    doubt(cluster, transport) {
      running.delete(cluster)
      const beliefs = believed.get(transport)
      for (const [key, { since }] of beliefs ?? []) if (since < clock() - UNDOUBTED_MS) beliefs?.delete(key)
    },

    async tryOut({ cluster, namespace, binding }, transport) {
      const { version } = policy()
      for (const object of memberRbac([binding], { cluster, namespace, instance, now: now() })) {
        const outcome = await beliefOf(object, version, transport)?.done.catch(() => null)
        if (outcome === 'there') continue
        try {
          await put(transport, object, true)
        } catch (error) {
          if (!isRefused(error)) throw error
          return error.message
        }
      }
      return null
    },
  }
}
