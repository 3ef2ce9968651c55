/**
 * Every error the API can answer with: the stable `code`, its HTTP status and
 * what it means. A code is never reused for something else.
 */
export const errorTable = {
  bad_request: { status: 400, title: 'The request is not valid' },
  invalid_kubeconfig: { status: 400, title: 'The kubeconfig can not be used' },
  unsupported_auth: { status: 400, title: 'The kubeconfig signs in by a way that the hub does not run' },
  context_required: { status: 400, title: 'The kubeconfig has several contexts' },
  insecure_tls_refused: { status: 400, title: 'The kubeconfig turns TLS verification off' },
  address_not_allowed: { status: 400, title: 'The address is outside the ranges that the hub may dial' },
  invalid_search: { status: 400, title: 'The search can not be read' },
  proxy_not_allowed: { status: 400, title: 'A read-only agent has no proxy settings' },
  unauthenticated: { status: 401, title: 'No valid credential was sent' },
  forbidden: { status: 403, title: 'The rules do not allow this' },
  join_token_invalid: { status: 401, title: 'The join token is unknown, spent or expired' },
  agent_rejected: { status: 401, title: 'The agent did not prove that it is a known one' },
  delete_not_allowed: { status: 403, title: 'Only clusters that Moorage made can be deleted' },
  not_found: { status: 404, title: 'There is nothing by this name' },
  cluster_not_found: { status: 404, title: 'No cluster has this name or id' },
  method_not_allowed: { status: 405, title: 'This address does not take this method' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  name_taken: { status: 409, title: 'Another cluster has this name' },
  cluster_exists: { status: 409, title: 'This cluster is already known' },
  agent_key_conflict: { status: 409, title: 'The agent’s key belongs to another cluster' },
  not_this_connection: { status: 409, title: 'The cluster is not connected in the way that this needs' },
  cluster_mismatch: { status: 409, title: 'This is another cluster' },
  agent_removed: { status: 410, title: 'The hub has let go of this agent’s cluster' },
  too_large: { status: 413, title: 'The body is larger than this address takes' },
  unsupported_media_type: { status: 415, title: 'The body is not JSON' },
  name_lookup_failed: { status: 422, title: 'The name of the API server could not be looked up' },
  connection_refused: { status: 422, title: 'The API server refused the connection' },
  connect_timeout: { status: 422, title: 'The API server did not answer in time' },
  tls_failed: { status: 422, title: 'The TLS certificate of the API server could not be verified' },
  proxy_failed: { status: 422, title: 'The proxy did not let the connection through' },
  credential_rejected: { status: 422, title: 'The API server does not accept the credential' },
  credential_forbidden: { status: 422, title: 'The credential may not read what Moorage needs' },
  version_too_old: { status: 422, title: 'The cluster is too old' },
  not_kubernetes: { status: 422, title: 'What answered is not a Kubernetes API server' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The headers of the request are larger than the hub takes' },
  internal: { status: 500, title: 'The hub failed' },
  agent_disconnected: { status: 503, title: 'The agent of the cluster is not connected' },
  unavailable: { status: 503, title: 'The hub can not answer now' },
  cluster_unreachable: { status: 503, title: 'The cluster does not answer' },
} as const satisfies Record<string, { status: number; title: string }>

/** A stable error code, as in the problem's `code` member. */
export type ErrorCode = keyof typeof errorTable
