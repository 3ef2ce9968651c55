import { Agent, request } from 'undici'
import { parse } from 'yaml'

/** ms for one request; the API server of a busy machine takes seconds at worst. */
const REQUEST_WITHIN = 60_000
/** Connections at once: enough to keep an API server on a few cores busy. */
const CONNECTIONS = 32

/** A Kubernetes object, as loosely as a test needs it. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into objects of every kind
export type Json = any

/** An answer of the API server that is not a success. */
export class ApiError extends Error {
  readonly code = 'api_error'
  readonly status: number
  readonly reason: string
  constructor(method: string, path: string, status: number, body: Json) {
    super(`${method} ${path} answered ${status}: ${body?.message ?? JSON.stringify(body)}`)
    this.name = 'ApiError'
    this.status = status
    this.reason = body?.reason ?? ''
  }
}

/** A small client of the Kubernetes API for the testbed's own needs and for tests that look from outside. */
export interface ApiClient extends AsyncDisposable {
  get(path: string): Promise<Json>
  /** Creates; the object as stored. */
  create(path: string, object: Json): Promise<Json>
  /** Server-side apply, by the object's own apiVersion, kind and name. */
  apply(object: Json): Promise<Json>
  /** JSON merge patch. */
  patch(path: string, patch: Json): Promise<Json>
  replace(path: string, object: Json): Promise<Json>
  /** Deletes; no error where nothing is. */
  delete(path: string): Promise<void>
  /** The status code of a GET, and 0 where nobody answers. */
  probe(path: string, timeoutMs?: number): Promise<number>
}

/** A client that is what a kubeconfig of the testbed says. */
export function apiClient(kubeconfig: string): ApiClient {
  const config = parse(kubeconfig)
  const { cluster } = config.clusters[0]
  const { user } = config.users[0]
  const pem = (base64?: string) => (base64 ? Buffer.from(base64, 'base64').toString() : undefined)
  const agent = new Agent({
    connections: CONNECTIONS,
    connect: {
      ca: pem(cluster['certificate-authority-data']),
      cert: pem(user['client-certificate-data']),
      key: pem(user['client-key-data']),
    },
  })
  const headers = user.token ? { authorization: `Bearer ${user.token}` } : {}

  async function send(method: string, path: string, body?: Json, type = 'application/json'): Promise<Json> {
    const response = await request(`${cluster.server}${path}`, {
      method: method as 'GET',
      dispatcher: agent,
      headers: { ...headers, accept: 'application/json', ...(body === undefined ? {} : { 'content-type': type }) },
      body: body === undefined ? null : JSON.stringify(body),
      headersTimeout: REQUEST_WITHIN,
      bodyTimeout: REQUEST_WITHIN,
    })
    const text = await response.body.text()
    const answer = /json/.test(`${response.headers['content-type']}`) ? JSON.parse(text) : text
    if (response.statusCode >= 300)
      throw new ApiError(method, path, response.statusCode, typeof answer === 'string' ? { message: answer } : answer)
    return answer
  }

  return {
    get: path => send('GET', path),
    create: (path, object) => send('POST', path, object),
    apply: object =>
      send(
        'PATCH',
        `${pathOf(object)}?fieldManager=testkit&force=true`,
        object,
        'application/apply-patch+yaml', // JSON is YAML
      ),
    patch: (path, patch) => send('PATCH', path, patch, 'application/merge-patch+json'),
    replace: (path, object) => send('PUT', path, object),
    delete: async path => {
      await send('DELETE', path).catch(error => {
        if (error.status !== 404) throw error
      })
    },
    async probe(path, timeoutMs = 1_000) {
      try {
        const response = await request(`${cluster.server}${path}`, {
          dispatcher: agent,
          headers,
          signal: AbortSignal.timeout(timeoutMs),
        })
        await response.body.dump()
        return response.statusCode
      } catch {
        return 0 // nobody answers, which is an answer here
      }
    },
    async [Symbol.asyncDispose]() {
      await agent.destroy()
    },
  }
}

/** Plurals that are not the kind in lower case with an s. */
const PLURALS: Record<string, string> = {
  Ingress: 'ingresses',
  NetworkPolicy: 'networkpolicies',
  StorageClass: 'storageclasses',
  IngressClass: 'ingressclasses',
  PriorityClass: 'priorityclasses',
  Infrastructure: 'infrastructures',
}
const CLUSTER_SCOPED = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'StorageClass',
  'IngressClass',
  'PriorityClass',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'APIService',
  'ClusterVersion',
  'Infrastructure',
])

/** The path of a kind's collection, or of the object when it has a name. */
export function pathOf(object: Json): string {
  const { apiVersion, kind, metadata } = object
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const namespace = CLUSTER_SCOPED.has(kind) ? '' : `/namespaces/${metadata?.namespace ?? 'default'}`
  const plural = PLURALS[kind] ?? `${kind.toLowerCase()}s`
  return `${root}${namespace}/${plural}${metadata?.name ? `/${metadata.name}` : ''}`
}
