import type { ClusterFacts, Resource, Verb } from '@moorage/contract/access.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { permits } from './match.ts'
import { isCurrent, type Policy } from './policy.ts'
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

/**
 * Which rows of each cluster somebody may see, by the same rules as `decide`
 * uses; null of a cluster of which they see none. What it depends on beside the
 * cluster is worked out once.
 */
export function sightOf({ who, verb, resource, policy, now }: Sight): (cluster: ClusterFacts) => VisibleRows | null {
  if (who.kind === 'token' || who.kind === 'system') return () => ALL
  const wanted = { verb, resource }
  const bindings = policy.for(who).filter(binding => isCurrent(binding, now))
  const allowing = bindings.filter(({ allow }) => allow.permissions.some(each => permits(each, wanted)))
  const denying = bindings.filter(({ deny }) => deny.permissions.some(each => permits(each, wanted)))
  return cluster => {
    const denied = denying.filter(({ scope }) => reachesCluster(scope, cluster))
    if (denied.some(({ scope }) => scope.namespaces === null)) return null
    const allowed = allowing.filter(({ scope }) => reachesCluster(scope, cluster))
    if (allowed.length === 0) return null
    const except = unique(denied.map(({ scope }) => scope.namespaces ?? []))
    const everywhere = allowed.some(({ scope }) => scope.namespaces === null)
    return {
      everywhere,
      namespaces: everywhere ? [] : unique(allowed.map(({ scope }) => scope.namespaces ?? [])),
      except,
    }
  }
}
