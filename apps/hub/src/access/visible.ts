import type { KubernetesRule, Resource, Verb } from '@moorage/contract/access.ts'
import type { ClusterFacts } from '@moorage/contract/access-request.ts'
import type { Identity, TokenScope } from '@moorage/contract/hub.ts'
import { permits } from './match.ts'
import { matchesAny } from './pattern.ts'
import { type CompiledBinding, isCurrent, type Policy } from './policy.ts'
import { reachesCluster } from './scope.ts'

/** Which rows of a cluster somebody may see. */
export interface VisibleRows {
  /** All of them, those that are in no namespace included. */
  everywhere: boolean
  /** Patterns of the namespaces whose rows are seen; of no meaning where all are. */
  namespaces: readonly string[]
  /** Patterns of namespaces whose rows are never seen. */
  except: readonly string[]
}

const ALL: VisibleRows = { everywhere: true, namespaces: [], except: [] }

const unique = (patterns: readonly (readonly string[])[]) => [...new Set(patterns.flat())].sort()

/** What somebody asks to see. */
export interface Sight {
  who: Identity
  verb: Verb
  resource: Resource
  policy: Policy
  now: Date
}

const unscoped = ({ scope: _, ...who }: Identity): Identity => who

/** Patterns that match no more than both lists do. Of two that merely overlap neither is taken. */
const meet = (one: readonly string[], other: readonly string[]) =>
  unique([one.filter(each => matchesAny(other, each)), other.filter(each => matchesAny(one, each))])

/** What of that the token's scope leaves. */
const within =
  ({ clusters, namespaces }: TokenScope, sight: (cluster: ClusterFacts) => VisibleRows | null) =>
  (cluster: ClusterFacts): VisibleRows | null => {
    if (clusters !== undefined && !clusters.includes(cluster.name)) return null
    const rows = sight(cluster)
    if (rows === null || namespaces === undefined) return rows
    const left = rows.everywhere ? namespaces : meet(rows.namespaces, namespaces)
    return { everywhere: false, namespaces: left, except: rows.except }
  }

const READS = ['get', 'list', 'watch']

/** Resources whose rows are objects of clusters, or tell of them. */
const OF_OBJECTS: readonly Resource[] = ['inventory', 'events']

/** Whether a rule forbids to read anything at all, wherever it holds. */
const forbidsToRead = ({ apiGroups, resources, resourceNames, verbs }: KubernetesRule) =>
  apiGroups.includes('*') &&
  resources.includes('*') &&
  resourceNames === undefined &&
  (verbs.includes('*') || READS.every(verb => verbs.includes(verb)))

/** Namespaces that a binding closes to its subjects in the cluster itself; what it closes as a whole is not among them. */
function closedNamespaces({ scope, deny }: CompiledBinding): readonly string[] {
  return deny.kubernetes.filter(forbidsToRead).flatMap(({ namespaces }) => {
    if (namespaces === undefined) return scope.namespaces ?? []
    return scope.namespaces === null ? namespaces : meet(namespaces, scope.namespaces)
  })
}

/**
 * Which rows of each cluster somebody may see, by the same rules as `decide`
 * uses; null of a cluster of which they see none. What it depends on beside the
 * cluster is worked out once.
 */
export function sightOf({ who, verb, resource, policy, now }: Sight): (cluster: ClusterFacts) => VisibleRows | null {
  if (who.kind === 'token' || who.kind === 'system') return () => ALL
  const wanted = { verb, resource }
  if (who.scope !== undefined) return within(who.scope, sightOf({ who: unscoped(who), verb, resource, policy, now }))
  const bindings = policy.for(who).filter(binding => isCurrent(binding, now))
  const allowing = bindings.filter(({ allow }) => allow.permissions.some(each => permits(each, wanted)))
  const denying = bindings.filter(({ deny }) => deny.permissions.some(each => permits(each, wanted)))
  const closing = OF_OBJECTS.includes(resource)
    ? bindings.map(binding => ({ scope: binding.scope, closed: closedNamespaces(binding) }))
    : []
  return cluster => {
    const denied = denying.filter(({ scope }) => reachesCluster(scope, cluster))
    if (denied.some(({ scope }) => scope.namespaces === null)) return null
    const allowed = allowing.filter(({ scope }) => reachesCluster(scope, cluster))
    if (allowed.length === 0) return null
    const closed = closing.filter(({ scope, closed }) => closed.length > 0 && reachesCluster(scope, cluster))
    const except = unique([...denied.map(({ scope }) => scope.namespaces ?? []), ...closed.map(({ closed }) => closed)])
    const everywhere = allowed.some(({ scope }) => scope.namespaces === null)
    return {
      everywhere,
      namespaces: everywhere ? [] : unique(allowed.map(({ scope }) => scope.namespaces ?? [])),
      except,
    }
  }
}
