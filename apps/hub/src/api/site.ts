import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Docs } from './docs/page.ts'
import type { KubeApi } from './kube.ts'
import type { Route } from './routes.ts'

/** What the server serves beside the operations: made once, at the start. */
export interface Site {
  routes: readonly Route[]
  /** The OpenAPI document, as JSON. */
  openapi: string
  docs: Docs
  /** The hub's own CA as it is now. */
  caPem: () => string | null
  /** Clusters' API servers. */
  kube: KubeApi
  console: (request: IncomingMessage, response: ServerResponse) => Promise<void>
}
