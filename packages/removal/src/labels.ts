/** Carries `moorage`, or `Helm` on what came by the chart: Helm writes its own name over ours. */
export const MANAGED_BY = 'app.kubernetes.io/managed-by'
/** Carries the id of the hub that an object is of. */
export const INSTANCE = 'moorage.dev/instance'

/**
 * An annotation with the object's own name, as `nameOf` writes it. A copy
 * carries the labels along and still names the original.
 */
export const OBJECT = 'moorage.dev/object'
/** What the manifest restricts pods in its namespace by. */
export const POD_SECURITY = 'pod-security.kubernetes.io/enforce'
/** What our own finalizers begin with. */
const FINALIZERS = 'moorage.dev/'

/** Whether a finalizer is one that we may take away ourselves. */
export const isOurFinalizer = (finalizer: string) => finalizer.startsWith(FINALIZERS)

/** What was put into a cluster by one hub, or by any. */
export type Scope = { instance: string } | { all: true }

const managers = ['moorage', 'Helm']

/** Whether an object is of the hub by its labels: manager and instance together, never a name. */
export const isOurs = (labels: Readonly<Record<string, string>> | undefined, scope: Scope): boolean => {
  const instance = labels?.[INSTANCE] ?? ''
  if (instance === '' || !managers.includes(labels?.[MANAGED_BY] ?? '')) return false
  return 'all' in scope || instance === scope.instance
}

/** The same as a label selector. */
export const selectorOf = (scope: Scope): string =>
  `${MANAGED_BY} in (${managers.join(',')}),${INSTANCE}${'all' in scope ? '' : `=${scope.instance}`}`
