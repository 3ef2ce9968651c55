import type { Scope } from '@moorage/contract/access.ts'
import type { ClusterFacts } from '@moorage/contract/access-request.ts'
import { matchesSelector, parseSelector, type Selector } from '@moorage/contract/selector.ts'
import { matchesAny } from './pattern.ts'

/** A scope with its selector read. */
export interface CompiledScope {
  kind: Scope['kind']
  /** null at organisation scope. */
  clusters:
    | { by: 'project'; project: string }
    | { by: 'name'; cluster: string }
    | { by: 'labels'; selector: Selector }
    | null
  /** null unless the scope is namespaces. */
  namespaces: readonly string[] | null
}

const clustersOf = (scope: Scope): CompiledScope['clusters'] => {
  if (scope.kind === 'organisation') return null
  if ('project' in scope) return { by: 'project', project: scope.project }
  if ('cluster' in scope) return { by: 'name', cluster: scope.cluster }
  return { by: 'labels', selector: parseSelector(scope.labels) }
}

export const compileScope = (scope: Scope): CompiledScope => ({
  kind: scope.kind,
  clusters: clustersOf(scope),
  namespaces: scope.kind === 'namespace' ? scope.namespaces : null,
})

/** Whether the scope holds in a cluster, or in some of its namespaces. */
export function reachesCluster({ clusters }: CompiledScope, cluster: ClusterFacts): boolean {
  switch (clusters?.by) {
    case undefined:
      return true
    case 'project':
      return cluster.projects.includes(clusters.project)
    case 'name':
      return cluster.id === clusters.cluster || cluster.name === clusters.cluster
    case 'labels':
      return matchesSelector(clusters.selector, cluster.labels)
  }
}

/** Whether the scope holds in a namespace of a cluster that it reaches; null is all namespaces, and what is in none. */
export const reachesNamespace = ({ namespaces }: CompiledScope, namespace: string | null): boolean =>
  namespaces === null || (namespace !== null && matchesAny(namespaces, namespace))

/** The scope in words, for explanations. */
export function describeScope(scope: Scope): string {
  const where =
    scope.kind === 'organisation'
      ? 'the organisation'
      : 'project' in scope
        ? `project ${scope.project}`
        : 'cluster' in scope
          ? `cluster ${scope.cluster}`
          : `clusters with ${scope.labels}`
  return scope.kind === 'namespace' ? `${scope.namespaces.join(', ')} in ${where}` : where
}
