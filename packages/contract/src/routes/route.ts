import { oc } from '@orpc/contract'
import type { ErrorCode } from '../errors.ts'

/** What a route says about itself beyond its schemas. */
export interface RouteMeta {
  /** Codes that this route may answer with, beside those that every route may. */
  errors: readonly ErrorCode[]
  /** With `Accept: text/event-stream` it tells its steps as they pass, as events of this schema. */
  live?: 'LiveCheck' | 'LiveRollOut'
}

/** What each route starts from. */
export const route = oc.$meta<RouteMeta>({ errors: [] })

/** How a request that dials a member may fail: on the way there, or by what answered. */
export const dialErrors = [
  'address_not_allowed',
  'name_lookup_failed',
  'connection_refused',
  'connect_timeout',
  'tls_failed',
  'proxy_failed',
  'credential_rejected',
  'credential_forbidden',
  'not_kubernetes',
  'cluster_unreachable',
] as const satisfies readonly ErrorCode[]

/** How a connect check may fail: also by what was sent. */
export const connectErrors = [
  'invalid_kubeconfig',
  'unsupported_auth',
  'context_required',
  'insecure_tls_refused',
  ...dialErrors,
  'version_too_old',
] as const satisfies readonly ErrorCode[]
