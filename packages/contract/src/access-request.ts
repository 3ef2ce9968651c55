import { z } from 'zod'
import type { Resource, Verb } from './access.ts'
import { Mode } from './cluster.ts'

/** What rules need to know of a cluster. */
export const ClusterFacts = z.object({
  id: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  projects: z.array(z.string()).describe('All that it is in, its home included'),
  mode: Mode,
})
export type ClusterFacts = z.infer<typeof ClusterFacts>

/** A request to the hub itself. */
export interface HubRequest {
  kind: 'hub'
  verb: Verb
  resource: Resource
  /** The cluster that it is about, where it is about one. */
  cluster?: ClusterFacts | undefined
  /** The project that it is about, where it is about one and no cluster; and the namespace, in the same way. */
  project?: string | undefined
  namespace?: string | undefined
  /** The answer is filtered by what the asker may see, so a right anywhere is enough to ask. */
  filtered?: boolean | undefined
}

/** A request to a resource of a cluster’s API server, as that server itself understands it. */
export interface KubeAccessRequest {
  kind: 'kubernetes'
  cluster: ClusterFacts
  /** get, list, watch, create, update, patch, delete, deletecollection, or another that the server knows. */
  verb: string
  /** '' for the core group. */
  apiGroup: string
  resource: string
  subresource: string | null
  /** null where the request names no object: lists, creations. */
  name: string | null
  /** null for all namespaces, and for what is in none. */
  namespace: string | null
}

/** A request to a path of a cluster’s API server that is no resource. */
export interface NonResourceRequest {
  kind: 'non-resource'
  cluster: ClusterFacts
  /** The HTTP method in lower case. */
  verb: string
  path: string
}

/** What somebody wants to do, in the terms of rules. */
export type AccessRequest = HubRequest | KubeAccessRequest | NonResourceRequest

/** What was decided, and by what. */
export interface Decision {
  allowed: boolean
  /** A sentence that names binding and rule. It is kept in the audit log. */
  because: string
  /** Name of the binding that decided. */
  binding?: string | undefined
  /** Name of its role. */
  role?: string | undefined
  /** Which rule of the role, such as `kubernetes[2]` or `deny.permissions[0]`. */
  rule?: string | undefined
}
