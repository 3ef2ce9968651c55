import { getJson } from '@moorage/kube/client.ts'
import { readApiGroups, readResources } from '@moorage/kube/discovery.ts'
import { collectionPath } from '@moorage/kube/path.ts'
import type { KubeObject } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'

/** Objects looked at per kind; one that is somebody's is enough to keep a namespace. */
const PER_KIND = 100

/** What Kubernetes and OpenShift put into every namespace by themselves. */
const automatic = [
  /^ServiceAccount\/(default|builder|deployer|pipeline)$/,
  /^ConfigMap\/(kube-root-ca\.crt|openshift-service-ca\.crt|istio-ca-root-cert)$/,
  /^RoleBinding\/system:/,
  /^Event\//,
  /^(PodMetrics|LocalSubjectAccessReview)\//,
]

/**
 * Everything in a namespace that neither `known` names nor the cluster makes
 * by itself; and the kinds that could not be listed, about which nothing is known.
 */
export async function foreignIn(
  transport: KubeTransport,
  namespace: string,
  known: (object: KubeObject) => boolean,
  signal: AbortSignal,
): Promise<{ objects: string[]; unknown: string[] }> {
  const objects: string[] = []
  const unknown: string[] = []
  const groups = await readApiGroups(transport, signal)
  const versions = ['v1', ...groups.map(({ name, preferredVersion }) => `${name}/${preferredVersion}`)]
  for (const groupVersion of versions) {
    try {
      for (const resource of await readResources(transport, groupVersion, signal)) {
        if (!resource.namespaced || !resource.verbs.includes('list')) continue
        const [group, version] = groupVersion.includes('/') ? groupVersion.split('/', 2) : ['', groupVersion]
        const place = {
          group: group ?? '',
          version: version ?? '',
          resource: resource.name,
          kind: resource.kind,
          namespaced: true,
        }
        const path = collectionPath(place, { namespace, query: { limit: PER_KIND } })
        const { items = [] } = await getJson<{ items?: KubeObject[] }>(transport, path, signal)
        for (const item of items) {
          const name = `${resource.kind}/${item.metadata.name}`
          if (!known(item) && !automatic.some(pattern => pattern.test(name))) objects.push(name)
        }
      }
    } catch (error) {
      if (signal.aborted) throw error
      unknown.push(groupVersion) // such as an aggregated API whose server is down
    }
  }
  return { objects: [...new Set(objects)], unknown }
}
